package io.promptstream.topology.errors;

import static java.util.Objects.requireNonNull;

import io.promptstream.encoder.InvalidPromptException;

/**
 * Thrown for an event that can never be encoded. It is the only exception that sends an event to
 * the error topic and lets the stream continue.
 */
public final class RejectedEventException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /** Creates an exception without a stack trace, which would say nothing about the event. */
  public RejectedEventException(ErrorCode code, String message) {
    super(message, null, false, false);
    this.code = requireNonNull(code, "code");
  }

  /** Returns the exception for an event with an invalid prompt. */
  public static RejectedEventException of(InvalidPromptException invalid) {
    return new RejectedEventException(
        ErrorCode.of(invalid.reason()), String.valueOf(invalid.getMessage()));
  }

  /** Returns why the event is rejected. */
  public ErrorCode code() {
    return code;
  }
}
