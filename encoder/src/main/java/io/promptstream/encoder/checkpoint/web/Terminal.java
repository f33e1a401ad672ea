package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Shows progress on standard error if it is a terminal. */
public final class Terminal {
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private Terminal() {}

  /** Returns a progress bar if standard error is a terminal, otherwise a progress log. */
  public static Progress progress(String name) {
    return isTerminal()
        ? new ProgressBar(name, System.err, System::nanoTime)
        : new ProgressLog(name, System::nanoTime);
  }

  private static boolean isTerminal() {
    if ("dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      // Java cannot tell whether standard error alone is a terminal; Linux can.
      String device = Files.readSymbolicLink(STANDARD_ERROR).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
