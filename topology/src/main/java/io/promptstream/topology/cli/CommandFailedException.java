package io.promptstream.topology.cli;

/** Thrown if a command cannot do its work; the message is one sentence for its user. */
public final class CommandFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** For what was found wrong. */
  public CommandFailedException(String message) {
    super(message);
  }

  /** For what failed. */
  public CommandFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
