package io.promptstream.encoder;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Lends sessions to threads; it never has more sessions than threads used at the same time.
 *
 * <p>Sessions are not bound to threads because a stream thread that fails is replaced, and would
 * leave its session behind.
 */
final class SessionPool implements AutoCloseable {
  private final Supplier<Session> factory;
  private final Deque<Session> idle = new ArrayDeque<>();
  private boolean closed;

  SessionPool(Supplier<Session> factory) {
    this.factory = factory;
  }

  /**
   * Calls an action with a session that no other thread uses.
   *
   * @throws IllegalStateException if the pool is closed
   */
  <T> T with(Function<Session, T> action) {
    Session session = acquire();
    T result;
    try {
      result = action.apply(session);
    } catch (RuntimeException | Error e) {
      // The session may still hold arrays of the failed call.
      Closeables.closeAllAfter(e, List.of(session));
      throw e;
    }
    release(session);
    return result;
  }

  private Session acquire() {
    synchronized (idle) {
      if (closed) {
        throw new IllegalStateException("The encoder is closed");
      }
      Session session = idle.poll();
      if (session != null) {
        return session;
      }
    }
    return factory.get();
  }

  private void release(Session session) {
    synchronized (idle) {
      if (!closed) {
        // The session used last is lent next: its buffers are in the CPU cache.
        idle.push(session);
        return;
      }
    }
    session.close();
  }

  /** Closes the idle sessions; a session in use is closed when it is returned. */
  @Override
  public void close() {
    List<Session> idleSessions;
    synchronized (idle) {
      closed = true;
      idleSessions = List.copyOf(idle);
      idle.clear();
    }
    Closeables.closeAll(idleSessions);
  }
}
