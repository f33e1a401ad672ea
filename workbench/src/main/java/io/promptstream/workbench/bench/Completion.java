package io.promptstream.workbench.bench;

import io.promptstream.workbench.process.ChildJvm;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Waits for an application to get somewhere, and tells how it does. */
final class Completion {
  /** So long may an application start, or stand still, before it is taken for stuck. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final long LOOK_MILLIS = 20;

  private final ChildJvm application;
  private final Progress progress;

  Completion(ChildJvm application, Progress progress) {
    this.application = application;
    this.progress = progress;
  }

  /**
   * Looks every 20 ms until so many events are done.
   *
   * @param look is told how many are done, at each look
   * @throws io.promptstream.topology.cli.CommandFailedException if the application ends, or gets
   *     nothing done for five minutes
   */
  void await(long events, LongConsumer look) throws InterruptedException {
    long done = -1;
    long since = System.nanoTime();
    while (done < events) {
      long now = progress.done();
      look.accept(now);
      if (now > done) {
        done = now;
        since = System.nanoTime();
      }
      application.requireAlive();
      if (System.nanoTime() - since > PATIENCE.toNanos()) {
        throw application.failed("stands still at %d of %d events".formatted(done, events));
      }
      if (done < events) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    }
  }
}
