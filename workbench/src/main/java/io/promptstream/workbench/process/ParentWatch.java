package io.promptstream.workbench.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.function.Consumer;

/**
 * Exits a child process when its parent ends, and receives lines from the parent: standard input
 * ends when the parent closes it or ends for any reason.
 */
public final class ParentWatch {
  private ParentWatch() {}

  /** Starts the watch: at the end of standard input, this process exits with shutdown hooks. */
  public static void start() {
    start(line -> {});
  }

  /**
   * Starts the watch: at the end of standard input, this process exits with shutdown hooks.
   *
   * @param onLine receives each line from the parent, on a separate thread
   */
  public static void start(Consumer<String> onLine) {
    Thread watch = new Thread(
        () -> {
          listen(System.in, onLine);
          System.exit(0);
        },
        "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void listen(InputStream in, Consumer<String> onLine) {
    try {
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        onLine.accept(line);
      }
    } catch (IOException e) {
      // Treated as the end of input.
    }
  }
}
