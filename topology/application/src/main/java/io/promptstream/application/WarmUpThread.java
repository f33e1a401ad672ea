package io.promptstream.application;

import io.promptstream.topology.PromptStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Warms up on a separate thread while the application checks brokers and registry. */
final class WarmUpThread implements AutoCloseable {
  /** More than a call of a model takes. */
  private static final Duration ONE_CALL = Duration.ofSeconds(10);

  private final FutureTask<Boolean> task;
  private final Thread thread;

  private WarmUpThread(FutureTask<Boolean> task, Thread thread) {
    this.task = task;
    this.thread = thread;
  }

  static WarmUpThread start(PromptStream promptStream) {
    FutureTask<Boolean> task = new FutureTask<>(promptStream::warmUp, true);
    Thread thread = new Thread(task, "promptstream-warm-up");
    thread.setDaemon(true);
    thread.start();
    return new WarmUpThread(task, thread);
  }

  /**
   * Waits until it has ended.
   *
   * @throws ExecutionException if it threw an error; exceptions are only logged
   * @throws TimeoutException if a model does not return
   */
  void await(Duration timeout) throws InterruptedException, ExecutionException, TimeoutException {
    task.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends it, and waits until it no longer uses the models, unless one of them does not return. */
  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(ONE_CALL.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
