package io.promptstream.topology.registry;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries again what fails for a reason that may pass, ever more rarely, until it works, the time is
 * up, or nobody wants it any more; each failure is one line of the log.
 */
public final class Patience {
  private static final Logger log = LoggerFactory.getLogger(Patience.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final int LONGEST_REASON = 300;

  private final Duration most;
  private final CountDownLatch stopped = new CountDownLatch(1);

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
   *     the time was up, {@link #stop} was called, or this thread was interrupted, which it stays
   */
  public <T> T call(Supplier<T> action, Predicate<RuntimeException> mayPass) {
    return call(action, mayPass, thrown -> String.valueOf(thrown.getMessage()));
  }

  /** As {@link #call(Supplier, Predicate)}, with another sentence for the log than its message. */
  <T> T call(
      Supplier<T> action,
      Predicate<RuntimeException> mayPass,
      Function<RuntimeException, String> sentence) {
    long begin = System.nanoTime();
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        return action.get();
      } catch (RuntimeException e) {
        Duration left = most.minusNanos(System.nanoTime() - begin);
        if (!mayPass.test(e) || left.isNegative() || left.isZero() || isStopped()) {
          throw e;
        }
        Duration next = pause.compareTo(left) < 0 ? pause : left;
        log.warn(
            "{} Trying again in {} ms, for {} s more.",
            oneLine(sentence.apply(e)),
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

  /** Lets all calls, also those to come, fail with what they failed with last. */
  public void stop() {
    stopped.countDown();
  }

  private boolean isStopped() {
    return stopped.getCount() == 0 || Thread.currentThread().isInterrupted();
  }

  /** Returns whether to go on. */
  private boolean pauseFor(Duration pause) {
    try {
      return !stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** One sentence: libraries explain over many lines, and do not end with a full stop. */
  private static String oneLine(String sentence) {
    String line = sentence.replaceAll("\\s+", " ").strip();
    String bounded =
        line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) + '…' : line;
    return bounded.endsWith(".") ? bounded : bounded + '.';
  }
}
