package io.promptstream.workbench.bench;

import java.io.IOException;
import java.io.InputStream;

/**
 * Ends a child process with its parent: standard input ends when the parent closes it, or is gone,
 * however it went.
 */
final class ParentWatch {
  private ParentWatch() {}

  /** From here on the end of standard input ends this process, shutdown hooks and all. */
  static void start() {
    Thread watch = new Thread(
        () -> {
          drain(System.in);
          System.exit(0);
        },
        "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void drain(InputStream in) {
    try {
      while (in.read() >= 0) {
        // Nothing is said this way but that it ends.
      }
    } catch (IOException e) {
      // Nor can the parent be heard any more.
    }
  }
}
