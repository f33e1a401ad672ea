package io.promptstream.encoder.checkpoint.web;

import java.io.InterruptedIOException;

/** Converts an interruption to an I/O exception and keeps the thread's interrupt status. */
final class Interruption {
  private Interruption() {}

  static InterruptedIOException of(InterruptedException thrown) {
    Thread.currentThread().interrupt();
    InterruptedIOException interrupted = new InterruptedIOException("it was interrupted");
    interrupted.initCause(thrown);
    return interrupted;
  }
}
