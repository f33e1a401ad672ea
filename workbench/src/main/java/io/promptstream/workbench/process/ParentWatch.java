package io.promptstream.workbench.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.function.Consumer;

/**
 * Listens to a child process's parent, and ends the process with it: standard input ends when the
 * parent closes it, or is gone, however it went.
 */
public final class ParentWatch {
  private ParentWatch() {}

  /** From here on the end of standard input ends this process, shutdown hooks and all. */
  public static void start() {
    start(line -> {});
  }

  /**
   * From here on the end of standard input ends this process, shutdown hooks and all.
   *
   * @param told gets each line that the parent says, on a thread of its own
   */
  public static void start(Consumer<String> told) {
    Thread watch = new Thread(
        () -> {
          listen(System.in, told);
          System.exit(0);
        },
        "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void listen(InputStream in, Consumer<String> told) {
    try {
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        told.accept(line);
      }
    } catch (IOException e) {
      // Nor can the parent be heard any more.
    }
  }
}
