package io.promptstream.workbench.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
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
          try {
            new BufferedReader(new InputStreamReader(System.in, UTF_8)).lines().forEach(onLine);
          } catch (UncheckedIOException e) {
            // Treated as the end of input.
          }
          System.exit(0);
        },
        "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }
}
