package io.promptstream.application.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGTERM and Ctrl-C into an interrupt of the working thread, and delays the end of the
 * process until that thread has cleaned up.
 */
public final class StopSignal implements AutoCloseable {
  /** Time for the cleanup after the application has stopped. */
  private static final Duration AFTER_CLOSE = Duration.ofSeconds(3);

  private static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(25);

  private final Thread worker;
  private final Duration timeout;
  private final Thread hook;
  private final CountDownLatch cleanedUp = new CountDownLatch(1);
  private volatile boolean received;

  private StopSignal(Thread worker, Duration timeout) {
    this.worker = worker;
    this.timeout = timeout;
    this.hook = new Thread(this::stopWorker, "promptstream-stop");
  }

  /**
   * Installs a handler. Until it is closed, a signal interrupts the calling thread, which then has
   * 28 s to clean up.
   */
  public static StopSignal install() {
    return install(DEFAULT_CLOSE_TIMEOUT);
  }

  /**
   * Installs a handler. Until it is closed, a signal interrupts the calling thread.
   *
   * @param closeTimeout how long its application takes to stop at most; the thread has 3 s more
   */
  public static StopSignal install(Duration closeTimeout) {
    StopSignal signal = new StopSignal(Thread.currentThread(), closeTimeout.plus(AFTER_CLOSE));
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  private void stopWorker() {
    received = true;
    worker.interrupt();
    try {
      if (!cleanedUp.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("promptstream did not stop in time and is terminated.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether a stop signal was received. */
  public boolean received() {
    return received;
  }

  /** Lets the process end. */
  @Override
  public void close() {
    cleanedUp.countDown();
    if (!received) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // A signal arrived just now; the hook finds everything cleaned up.
        received = true;
      }
    }
  }
}
