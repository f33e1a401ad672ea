package io.promptstream.workbench.services;

import io.promptstream.workbench.process.ChildJvm;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Waits until an application has processed a number of events. */
public final class Completion {
  /** How long an application may make no progress before it counts as stuck. */
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private static final long POLL_MILLIS = 20;

  private final ChildJvm application;
  private final Count count;
  private long done = -1;
  private long lastProgress = System.nanoTime();

  /** Counts the events that are done. */
  public interface Count {
    /** Returns the number of events that are done. */
    long done() throws InterruptedException;
  }

  /** Prepares to wait for an application. */
  public Completion(ChildJvm application, Count count) {
    this.application = application;
    this.count = count;
  }

  /**
   * Polls once and returns the number of events done.
   *
   * @throws io.promptstream.application.cli.CommandFailedException if the application has ended, or
   *     has made no progress for five minutes
   */
  public long poll() throws InterruptedException {
    long now = count.done();
    if (now > done) {
      done = now;
      lastProgress = System.nanoTime();
    }
    application.requireAlive();
    if (System.nanoTime() - lastProgress > TIMEOUT.toNanos()) {
      throw application.failed(
          "made no progress for %d s after %d events".formatted(TIMEOUT.toSeconds(), done));
    }
    return now;
  }

  /**
   * Polls every 20 ms until this many events are done.
   *
   * @param onPoll receives the number of events done at each poll
   */
  public void await(long events, LongConsumer onPoll) throws InterruptedException {
    for (long now = -1; now < events; ) {
      now = poll();
      onPoll.accept(now);
      if (now < events) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    }
  }
}
