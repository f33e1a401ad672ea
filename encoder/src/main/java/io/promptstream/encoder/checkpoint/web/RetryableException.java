package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Thrown for a transient failure, which a retry can resolve. */
final class RetryableException extends IOException {
  private static final long serialVersionUID = 1L;

  private final @Nullable Duration retryAfter;

  RetryableException(String message) {
    super(message);
    this.retryAfter = null;
  }

  RetryableException(String message, Throwable cause) {
    super(message, cause);
    this.retryAfter = null;
  }

  RetryableException(String message, Optional<Duration> retryAfter) {
    super(message);
    this.retryAfter = retryAfter.orElse(null);
  }

  /** Returns how long the server asks to wait, empty if it does not ask. */
  Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
