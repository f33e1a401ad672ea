package io.promptstream.topology.errors;

import static java.util.Objects.requireNonNull;

import io.promptstream.encoder.InvalidPromptException;

/**
 * Thrown for an event that can never become an embedding, whatever is done again: the only
 * exception that sends an event to the error topic and lets the stream go on.
 */
public final class RejectedEventException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /** Without a stack trace: the place that found the fault says nothing about the event. */
  public RejectedEventException(ErrorCode code, String message) {
    super(message, null, false, false);
    this.code = requireNonNull(code, "code");
  }

  /** Rejects an event for the prompt in it. */
  public static RejectedEventException of(InvalidPromptException invalid) {
    return new RejectedEventException(
        ErrorCode.of(invalid.reason()), String.valueOf(invalid.getMessage()));
  }

  /** Returns why the event is rejected. */
  public ErrorCode code() {
    return code;
  }
}
