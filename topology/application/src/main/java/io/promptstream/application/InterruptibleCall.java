package io.promptstream.application;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Runs slow calls on a separate thread, so that a stop signal ends the wait: the registry's client
 * swallows interrupts between its attempts, and its requests cannot be interrupted.
 */
final class InterruptibleCall {
  private InterruptibleCall() {}

  /**
   * Calls an action on a separate thread and waits for its result.
   *
   * @param what a description of what the caller waits for
   * @throws StartupException if this thread is interrupted; it stays interrupted, and the action
   *     continues
   * @throws RuntimeException if the action throws it
   */
  static <T> T call(String what, Supplier<T> action) {
    FutureTask<T> task = new FutureTask<>(action::get);
    Thread thread = new Thread(task, "promptstream-start");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartupException("Interrupted while waiting for %s.".formatted(what), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
