package io.promptstream.workbench.registry;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/**
 * Kills another process when this one ends, even if it is killed and no shutdown hook runs.
 *
 * <p>The watchdog is a shell that waits for the end of its input, a pipe that the operating system
 * closes when this process ends for any reason.
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

  /** Closes the pipe, as the operating system does when this process ends. */
  void releaseAsIfThisProcessWereGone() throws IOException {
    shell.getOutputStream().close();
  }

  void awaitEnd() {
    shell.onExit().join();
  }

  /** Stops the watchdog without killing the other process. */
  @Override
  public void close() {
    shell.destroyForcibly();
  }
}
