package io.promptstream.topology.retry;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retries an action with exponential back-off until it succeeds, the deadline passes, or the thread
 * is interrupted; logs one line for each failure.
 */
public final class RetryPolicy {
  private static final Logger log = LoggerFactory.getLogger(RetryPolicy.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final int LONGEST_REASON = 300;

  private final Duration timeout;

  /**
   * Creates a retry policy for any number of calls.
   *
   * @param timeout how long after its start a call retries; zero tries once
   */
  public RetryPolicy(Duration timeout) {
    this.timeout = timeout;
  }

  /**
   * Calls an action until it succeeds.
   *
   * @param isTransient whether a failure is transient
   * @throws RuntimeException the first failure that is not transient, or the last one before the
   *     deadline passed or this thread was interrupted; the thread stays interrupted
   */
  public <T> T call(Supplier<T> action, Predicate<RuntimeException> isTransient) {
    long begin = System.nanoTime();
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        return action.get();
      } catch (RuntimeException e) {
        Duration left = timeout.minusNanos(System.nanoTime() - begin);
        boolean late = left.isNegative() || left.isZero();
        if (!isTransient.test(e) || late || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        Duration next = pause.compareTo(left) < 0 ? pause : left;
        log.warn(
            "{} Retrying in {} ms, for {} s more.",
            sentence(String.valueOf(e.getMessage())),
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

  /** Returns whether to continue. */
  private static boolean pauseFor(Duration pause) {
    try {
      // Rounded up, so that the last attempt is after the deadline, not just before it.
      Thread.sleep(pause.plusNanos(999_999).toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Returns one sentence: messages of libraries have many lines and no full stop at the end. */
  private static String sentence(String message) {
    String line = oneLine(message);
    return line.endsWith(".") ? line : line + '.';
  }

  /** Returns the answer of the registry or network: the innermost cause, in one line. */
  public static String reason(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return oneLine(cause.toString());
  }

  /** Returns a message in one line of at most 300 characters, because some quote whole schemas. */
  public static String oneLine(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) + '…' : line;
  }
}
