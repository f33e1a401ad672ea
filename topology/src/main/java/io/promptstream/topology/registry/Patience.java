package io.promptstream.topology.registry;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retries an action with exponential back-off until it succeeds, the deadline passes, or the thread
 * is interrupted; each failure is one line of the log.
 */
public final class Patience {
  private static final Logger log = LoggerFactory.getLogger(Patience.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final int LONGEST_REASON = 300;

  private final Duration most;

  /**
   * Makes patience for any number of calls.
   *
   * @param most how long after its begin a call tries again; zero tries once
   */
  public Patience(Duration most) {
    this.most = most;
  }

  /**
   * Calls an action until it works.
   *
   * @param mayPass whether a failure may be none when it is tried again
   * @throws RuntimeException the action's own: the first that does not pass, or the last one before
   *     the time was up or this thread was interrupted, which it stays
   */
  public <T> T call(Supplier<T> action, Predicate<RuntimeException> mayPass) {
    long begin = System.nanoTime();
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        return action.get();
      } catch (RuntimeException e) {
        Duration left = most.minusNanos(System.nanoTime() - begin);
        boolean late = left.isNegative() || left.isZero();
        if (!mayPass.test(e) || late || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        Duration next = pause.compareTo(left) < 0 ? pause : left;
        log.warn(
            "{} Trying again in {} ms, for {} s more.",
            oneLine(String.valueOf(e.getMessage())),
            next.toMillis(),
            left.toSeconds());
        if (!pauseFor(next)) {
          throw e;
        }
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
      }
    }
  }

  /** Returns whether to go on. */
  private static boolean pauseFor(Duration pause) {
    try {
      // Rounded up: the last attempt comes after the end, not just before it.
      Thread.sleep(pause.plusNanos(999_999).toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** One sentence: libraries explain over many lines, and do not end with a full stop. */
  private static String oneLine(String sentence) {
    String line = bounded(sentence);
    return line.endsWith(".") ? line : line + '.';
  }

  /**
   * Returns what the registry, or the network before it, said: the innermost cause, in one line.
   */
  static String reason(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return bounded(cause.toString());
  }

  private static String bounded(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) + '…' : line;
  }
}
