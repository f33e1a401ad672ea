package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether and when to retry a failed request. */
final class Retries {
  private static final Logger log = LoggerFactory.getLogger(Retries.class);

  /** Number of bytes since the last failure that resets the failure count. */
  private static final long MIN_PROGRESS = 64 << 10;

  private final WebOptions options;
  private int failures;
  private long lastReceived;

  Retries(WebOptions options) {
    this.options = options;
  }

  /**
   * Waits after a transient failure: as long as the server asks, otherwise with exponential
   * back-off and random jitter, so that instances do not retry at the same time.
   *
   * @param received total number of bytes received
   * @throws WebException if the failure is not transient, all attempts failed, or the server asks
   *     for a longer pause than allowed
   */
  void pause(WebException failure, long received) throws IOException {
    Duration asked = failure.retryAfter();
    if (asked == null) {
      throw failure;
    }
    failures = received - lastReceived >= MIN_PROGRESS ? 1 : failures + 1;
    lastReceived = received;
    if (failures >= options.attempts()) {
      throw new WebException(
          "%s (tried %d times)".formatted(failure.getMessage(), failures), failure);
    }
    if (asked.compareTo(options.maxPause()) > 0) {
      throw new WebException(
          "%s and asks to wait for %d s".formatted(failure.getMessage(), asked.toSeconds()),
          failure);
    }
    Duration pause = asked.isZero() ? backOff() : asked;
    log.info("Retrying in {} ms: {}", pause.toMillis(), failure.getMessage());
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("it was interrupted");
    }
  }

  private Duration backOff() {
    long doubled = options.backOff().toMillis() << Math.min(failures - 1, 20);
    long bounded = Math.min(doubled, options.maxPause().toMillis());
    return Duration.ofMillis(bounded / 2 + ThreadLocalRandom.current().nextLong(bounded / 2 + 1));
  }
}
