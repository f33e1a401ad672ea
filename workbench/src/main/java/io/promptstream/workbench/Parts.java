package io.promptstream.workbench;

import io.promptstream.encoder.Closeables;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What was started one after the other, to be stopped the other way round. */
public final class Parts implements AutoCloseable {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  /** Adds what was started last, and returns it. */
  public <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  /** Stops all because of a failure, which gets what else fails as suppressed. */
  public void closeAfter(Throwable failure) {
    List<AutoCloseable> all = List.copyOf(parts);
    parts.clear();
    Closeables.closeAllAfter(failure, all);
  }

  /**
   * Stops all.
   *
   * @throws IllegalStateException if one does not stop; the others are stopped all the same
   */
  @Override
  public void close() {
    IllegalStateException failure = new IllegalStateException("Not everything was stopped");
    closeAfter(failure);
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }
}
