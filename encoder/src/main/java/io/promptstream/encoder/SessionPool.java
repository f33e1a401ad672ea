package io.promptstream.encoder;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Lends sessions to threads, and has never more of them than threads that needed one at once.
 *
 * <p>A pool, and not a session for each thread: stream threads are replaced when they fail, and
 * would leave theirs behind.
 */
final class SessionPool implements AutoCloseable {
  private final Supplier<Session> factory;
  private final Deque<Session> idle = new ArrayDeque<>();
  private boolean closed;

  SessionPool(Supplier<Session> factory) {
    this.factory = factory;
  }

  /**
   * Calls an action with a session of its own.
   *
   * @throws IllegalStateException if the pool is closed
   */
  <T> T with(Function<Session, T> action) {
    Session session = take();
    T result;
    try {
      result = action.apply(session);
    } catch (RuntimeException | Error e) {
      // It may hold the arrays that it was at when it failed.
      Closeables.closeAllAfter(e, List.of(session));
      throw e;
    }
    giveBack(session);
    return result;
  }

  private Session take() {
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

  private void giveBack(Session session) {
    synchronized (idle) {
      if (!closed) {
        // The one used last is taken next: its buffers are in the cache.
        idle.push(session);
        return;
      }
    }
    session.close();
  }

  /** Closes the sessions that nobody uses; the others are closed when they come back. */
  @Override
  public void close() {
    List<Session> unused;
    synchronized (idle) {
      closed = true;
      unused = List.copyOf(idle);
      idle.clear();
    }
    Closeables.closeAll(unused);
  }
}
