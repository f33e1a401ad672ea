package io.promptstream.topology.lookahead;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many events a window may have now: as many as configured, or fewer for some time after the
 * device failed for a window.
 *
 * <p>All tasks of an application share one, because all its models run on one device: what one task
 * learns about the device's memory holds for the others.
 *
 * <p>It counts events, not tokens or masks. Each event has at most one mask and a bounded number of
 * points, so a window of fewer events needs less memory, whatever the memory is needed for.
 */
final class WorkingLimit {
  /** A lowered limit doubles after each interval in which it was not lowered again. */
  static final Duration INTERVAL = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(WorkingLimit.class);

  private final WindowLimits configured;
  private final LongSupplier nanoClock;
  private int events;
  private long changedNanos;

  /**
   * Makes a limit that has not been lowered.
   *
   * @param configured what a window may have while the device does not fail
   * @param nanoClock {@link System#nanoTime}, or what a test puts in its place
   */
  WorkingLimit(WindowLimits configured, LongSupplier nanoClock) {
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
   * @param half events that are tried next, at least 1
   */
  synchronized void lower(int half, RuntimeException failure) {
    if (half >= events()) {
      return;
    }
    events = half;
    changedNanos = nanoClock.getAsLong();
    // Not for each event: the limit can be lowered again only a few times before it has grown.
    log.warn(
        "The device failed for a window; at most {} event(s) are encoded in one call now, and twice"
            + " as many after each {} s without a failure",
        half,
        INTERVAL.toSeconds(),
        failure);
  }
}
