package io.promptstream.workbench.bench;

import io.promptstream.workbench.process.ChildJvm;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Waits until an application has processed a number of events. */
final class Completion {
  /** How long an application may make no progress before it counts as stuck. */
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private static final long POLL_MILLIS = 20;

  private final ChildJvm application;
  private final Progress progress;

  Completion(ChildJvm application, Progress progress) {
    this.application = application;
    this.progress = progress;
  }

  /**
   * Polls every 20 ms until this many events are done.
   *
   * @param onPoll receives the number of events done at each poll
   * @throws io.promptstream.topology.cli.CommandFailedException if the application ends, or makes
   *     no progress for five minutes
   */
  void await(long events, LongConsumer onPoll) throws InterruptedException {
    long done = -1;
    long lastProgress = System.nanoTime();
    while (done < events) {
      long now = progress.done();
      onPoll.accept(now);
      if (now > done) {
        done = now;
        lastProgress = System.nanoTime();
      }
      application.requireAlive();
      if (System.nanoTime() - lastProgress > TIMEOUT.toNanos()) {
        throw application.failed("made no progress after %d of %d events".formatted(done, events));
      }
      if (done < events) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    }
  }
}
