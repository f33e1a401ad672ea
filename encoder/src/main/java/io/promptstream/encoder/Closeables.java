package io.promptstream.encoder;

/** Closes several resources, all of them even if some fail to close. */
public final class Closeables {
  private Closeables() {}

  /**
   * Closes all in order, then throws the first failure with the others suppressed.
   *
   * @throws IllegalStateException if the first failure is a checked exception, which becomes its
   *     cause
   */
  public static void closeAll(Iterable<? extends AutoCloseable> closeables) {
    Throwable first = null;
    for (AutoCloseable closeable : closeables) {
      try {
        closeable.close();
      } catch (Exception | Error e) {
        if (first == null) {
          first = e;
        } else {
          suppress(first, e);
        }
      }
    }
    if (first instanceof Error error) {
      throw error;
    }
    if (first != null) {
      throw first instanceof RuntimeException unchecked
          ? unchecked
          : new IllegalStateException(first);
    }
  }

  /** Closes all after a failure; further failures are added to it as suppressed. */
  public static void closeAllAfter(
      Throwable failure, Iterable<? extends AutoCloseable> closeables) {
    try {
      closeAll(closeables);
    } catch (RuntimeException | Error e) {
      suppress(failure, e);
    }
  }

  /** A throwable cannot suppress itself. */
  private static void suppress(Throwable failure, Throwable suppressed) {
    if (failure != suppressed) {
      failure.addSuppressed(suppressed);
    }
  }
}
