package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The terminal behind standard error, where there is one. */
public final class Terminal {
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private Terminal() {}

  /** Returns what shows the progress of a download: a bar on a terminal, else lines in the log. */
  public static Progress progress(String name) {
    return isThere()
        ? new ProgressBar(name, System.err, System::nanoTime)
        : new ProgressLog(name, System::nanoTime);
  }

  private static boolean isThere() {
    if ("dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      // Java does not know it of standard error alone; Linux does.
      String device = Files.readSymbolicLink(STANDARD_ERROR).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
