package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if a file on the web cannot be read; the message gives the reason, and the caller adds the
 * file.
 */
public final class WebException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int NOT_FOUND = 404;

  private final int status;
  private final @Nullable Duration retryAfter;

  WebException(String message) {
    this(message, null);
  }

  WebException(String message, int status) {
    this(message, null, status, null);
  }

  WebException(String message, @Nullable Throwable cause) {
    this(message, cause, 0, null);
  }

  private WebException(
      String message, @Nullable Throwable cause, int status, @Nullable Duration retryAfter) {
    super(message, cause);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Returns a transient failure, which a retry can resolve. */
  static WebException transientFailure(String message, @Nullable Throwable cause) {
    return new WebException(message, cause, 0, Duration.ZERO);
  }

  /**
   * Returns the failure of a server that asks to retry.
   *
   * @param retryAfter how long to wait before the retry, 0 if the server does not ask for a pause
   */
  static WebException busy(String message, Duration retryAfter) {
    return new WebException(message, null, 0, retryAfter);
  }

  /** Returns whether the server reports that there is no such file. */
  public boolean isNotFound() {
    return status == NOT_FOUND;
  }

  /** Returns the pause that the server asks for, 0 if it asks for none, null if not transient. */
  @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
