package io.promptstream.application.cli;

/** Thrown if a command fails; the message is one sentence for its user. */
public final class CommandFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception for a failed check. */
  public CommandFailedException(String message) {
    super(message);
  }

  /** Creates an exception for a failed operation. */
  public CommandFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
