package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;

/**
 * Thrown if a file on the web cannot be read; the message gives the reason, and the caller adds the
 * file.
 */
public final class WebException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int NOT_FOUND = 404;

  private final int status;

  WebException(String message) {
    this(message, 0);
  }

  WebException(String message, int status) {
    super(message);
    this.status = status;
  }

  WebException(String message, Throwable cause) {
    super(message, cause);
    this.status = 0;
  }

  /** Returns whether the server reports that there is no such file. */
  public boolean isNotFound() {
    return status == NOT_FOUND;
  }
}
