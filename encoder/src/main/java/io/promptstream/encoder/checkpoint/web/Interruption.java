package io.promptstream.encoder.checkpoint.web;

import java.io.InterruptedIOException;

/** Turns an interruption into an exception of this package, keeping the thread's mark. */
final class Interruption {
  private Interruption() {}

  static InterruptedIOException of(InterruptedException thrown) {
    Thread.currentThread().interrupt();
    InterruptedIOException interrupted = new InterruptedIOException("it was interrupted");
    interrupted.initCause(thrown);
    return interrupted;
  }
}
