package io.promptstream.workbench;

import io.promptstream.encoder.Closeables;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Closes resources in the reverse order of their start. */
public final class Resources implements AutoCloseable {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  /** Adds the resource that was started last, and returns it. */
  public <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  /** Closes all after a failure; further failures are added to it as suppressed. */
  public void closeAfter(Throwable failure) {
    List<AutoCloseable> all = List.copyOf(parts);
    parts.clear();
    Closeables.closeAllAfter(failure, all);
  }

  /**
   * Closes all.
   *
   * @throws IllegalStateException if one does not close; the others are still closed
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
