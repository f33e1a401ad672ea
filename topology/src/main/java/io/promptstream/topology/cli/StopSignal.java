package io.promptstream.topology.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGTERM and Ctrl-C into an interrupt of the thread that works, and holds the end of the
 * process back until that thread has cleaned up.
 */
public final class StopSignal implements AutoCloseable {
  /** Longer than an application takes to stop at most. */
  private static final Duration PATIENCE = Duration.ofSeconds(28);

  private final Thread worker;
  private final Thread hook;
  private final CountDownLatch cleanedUp = new CountDownLatch(1);
  private volatile boolean received;

  private StopSignal(Thread worker) {
    this.worker = worker;
    this.hook = new Thread(this::stopWorker, "promptstream-stop");
  }

  /** From here until it is closed, a signal interrupts the calling thread. */
  public static StopSignal install() {
    StopSignal signal = new StopSignal(Thread.currentThread());
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  private void stopWorker() {
    received = true;
    worker.interrupt();
    try {
      if (!cleanedUp.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println("promptstream did not stop in time and is cut off.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether the process is to end. */
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
        // A signal came in this very moment; the hook finds everything cleaned up.
        received = true;
      }
    }
  }
}
