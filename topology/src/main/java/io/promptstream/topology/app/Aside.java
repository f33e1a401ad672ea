package io.promptstream.topology.app;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Calls what may take long on a thread of its own, so that a stop signal ends the wait for it: the
 * registry's client swallows interrupts between its own attempts, and its requests know none.
 */
final class Aside {
  private Aside() {}

  /**
   * Calls an action and waits for it.
   *
   * @param what it waits for, in words
   * @throws StartupException if this thread is interrupted, which it stays; the action goes on
   * @throws RuntimeException the action's own
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
