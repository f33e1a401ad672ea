package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether and when a failed request is made again. */
final class Retries {
  private static final Logger log = LoggerFactory.getLogger(Retries.class);

  /** What must have arrived since the last failure for a connection not to count as dead. */
  private static final long PROGRESS = 64 << 10;

  private final WebOptions options;
  private int failures;
  private long arrivedBefore;

  Retries(WebOptions options) {
    this.options = options;
  }

  /**
   * Waits after a failure: as long as the server asks, else twice as long as the last time, with
   * some chance in it so that not all instances come back at once.
   *
   * @param arrived how many bytes have arrived in all
   * @throws WebException if it has failed too often, or the server asks for too much patience
   */
  void pause(RetryableException failure, long arrived) throws IOException {
    if (arrived - arrivedBefore >= PROGRESS) {
      failures = 0;
    }
    arrivedBefore = arrived;
    failures++;
    if (failures >= options.attempts()) {
      throw new WebException(
          "%s (tried %d times)".formatted(failure.getMessage(), failures), failure);
    }
    Duration pause = failure.retryAfter().orElseGet(this::backOff);
    if (pause.compareTo(options.maxPause()) > 0) {
      throw new WebException(
          "%s and asks to wait for %d s".formatted(failure.getMessage(), pause.toSeconds()),
          failure);
    }
    log.info("Trying again in {} ms: {}", pause.toMillis(), failure.getMessage());
    sleep(pause);
  }

  private Duration backOff() {
    long doubled = options.backOff().toMillis() << Math.min(failures - 1, 20);
    long bounded = Math.min(doubled, options.maxPause().toMillis());
    return Duration.ofMillis(bounded / 2 + ThreadLocalRandom.current().nextLong(bounded / 2 + 1));
  }

  private static void sleep(Duration pause) throws IOException {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      throw Interruption.of(e);
    }
  }
}
