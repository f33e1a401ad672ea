package io.promptstream.workbench.registry;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/**
 * Ends another process when this one is gone, even where it was killed and no shutdown hook ran.
 *
 * <p>It is a shell that waits for the end of its input: the system closes that pipe with this
 * process, however it ends.
 */
final class Watchdog implements AutoCloseable {
  private final Process shell;

  private Watchdog(Process shell) {
    this.shell = shell;
  }

  static Watchdog over(Process process) throws IOException {
    String script = "read -r line; kill -9 \"$0\"";
    return new Watchdog(new ProcessBuilder("sh", "-c", script, Long.toString(process.pid()))
        .redirectOutput(Redirect.DISCARD)
        .redirectError(Redirect.DISCARD)
        .start());
  }

  /** Does what the system does when this process ends: closes the pipe. */
  void releaseAsIfThisProcessWereGone() throws IOException {
    shell.getOutputStream().close();
  }

  void awaitEnd() {
    shell.onExit().join();
  }

  /** Calls the watchdog off. */
  @Override
  public void close() {
    shell.destroyForcibly();
  }
}
