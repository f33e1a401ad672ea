package io.promptstream.topology.app;

import org.jspecify.annotations.Nullable;

/** Thrown if the application cannot start; the message is one sentence for the operator. */
public final class StartupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** For what was found wrong. */
  public StartupException(String message) {
    super(message);
  }

  /** For what failed. */
  public StartupException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
