package io.promptstream.workbench.services;

import io.promptstream.workbench.process.ChildProcess;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;

/** Waits until an application has processed a number of events. */
public final class Completion {
  /** How long an application may make no progress before it counts as stuck. */
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private static final long POLL_MILLIS = 20;

  private final ChildProcess application;
  private final Count count;
  private long done = -1;
  private long lastProgress = System.nanoTime();

  /** Counts the events that are done. */
  public interface Count {
    /** Returns the number of events that are done. */
    long done() throws InterruptedException;
  }

  /** Prepares to wait for an application. */
  public Completion(ChildProcess application, Count count) {
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

  /** Polls every 20 ms until this many events are done. */
  public void await(long events) throws InterruptedException {
    await(done -> done >= events);
  }

  /**
   * Polls every 20 ms.
   *
   * @param end receives the number of events done at each poll, and returns whether it is the last
   */
  public void await(LongPredicate end) throws InterruptedException {
    while (!end.test(poll())) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }
}
