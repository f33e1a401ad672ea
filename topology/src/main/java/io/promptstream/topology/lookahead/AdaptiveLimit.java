package io.promptstream.topology.lookahead;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The current maximum number of events in a window: the configured one, or a lower one for some
 * time after the device failed for a window.
 *
 * <p>All tasks of an application share one limit, because all models run on one device: a failure
 * in one task shows how much memory the device has for all of them.
 *
 * <p>It counts events, not tokens or masks. Each event has at most one mask and a bounded number of
 * points, so a window of fewer events needs less memory in every case.
 */
final class AdaptiveLimit {
  /** A lowered limit doubles after each interval in which it was not lowered again. */
  static final Duration INTERVAL = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(AdaptiveLimit.class);

  private final WindowLimits configured;
  private final LongSupplier nanoClock;
  private int events;
  private long changedNanos;

  /**
   * Creates a limit with its configured value.
   *
   * @param configured the limits while the device does not fail
   * @param nanoClock {@link System#nanoTime}, or a test's clock
   */
  AdaptiveLimit(WindowLimits configured, LongSupplier nanoClock) {
    this.configured = configured;
    this.nanoClock = nanoClock;
    events = configured.maxPrompts();
  }

  WindowLimits configured() {
    return configured;
  }

  /** Returns how many events a window may have now. */
  synchronized int events() {
    int max = configured.maxPrompts();
    long now = nanoClock.getAsLong();
    while (events < max && now - changedNanos >= INTERVAL.toNanos()) {
      events = (int) Math.min(max, 2L * events);
      changedNanos += INTERVAL.toNanos();
    }
    return events;
  }

  /**
   * Lowers the limit because the device failed for a window of more events.
   *
   * @param half number of events in the next attempt, at least 1
   */
  synchronized void lower(int half, RuntimeException failure) {
    if (half >= events()) {
      return;
    }
    events = half;
    changedNanos = nanoClock.getAsLong();
    // This does not flood the log: a limit can be halved only a few times until it grows again.
    log.warn(
        "The device failed for a window. At most {} event(s) are now encoded in one call; the limit"
            + " doubles after each {} s without a failure.",
        half,
        INTERVAL.toSeconds(),
        failure);
  }
}
