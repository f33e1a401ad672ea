package io.promptstream.workbench.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.topology.cli.CommandFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A main class of ours in a JVM of its own, with this one's class path and options; it ends when it
 * is closed, and also with this JVM, however that ends.
 *
 * <p>It says what its parent waits for on standard output, in lines that begin with {@link #MARK};
 * its log goes to a file.
 */
final class ChildJvm implements AutoCloseable {
  /** What lines for the parent begin with; loggers may write to standard output too. */
  static final String MARK = "bench: ";

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
  private static final long LOOK_MILLIS = 50;
  private static final int LOG_TAIL_LINES = 20;

  private final String name;
  private final Process process;
  private final Path log;
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

  private ChildJvm(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a process.
   *
   * @param name for messages and for its log
   * @param command main class and arguments
   * @param heapMib most heap, in MiB
   * @param directory where its temporary files and its log go
   */
  static ChildJvm start(String name, List<String> command, int heapMib, Path directory) {
    Path log = directory.resolve(name + ".log");
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(inheritedOptions());
    line.addAll(List.of(
        // Ctrl-C reaches every process of a terminal: the children then end at once, instead of
        // waiting for each other, and what they leave is in the directory.
        "-Xrs",
        // Profilers attach by a signal otherwise, which would now end the process.
        "-XX:+StartAttachListener",
        "-Xmx" + heapMib + "m",
        "-Djava.io.tmpdir=" + directory,
        "-cp",
        System.getProperty("java.class.path")));
    line.addAll(command);
    try {
      Process process = new ProcessBuilder(line).redirectError(log.toFile()).start();
      ChildJvm child = new ChildJvm(name, process, log);
      Thread listener = new Thread(child::listen, "bench-" + name);
      listener.setDaemon(true);
      listener.start();
      return child;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Two debuggers or agents cannot share a port or a file; all else is as for this JVM. */
  private static List<String> inheritedOptions() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-agent") && !option.startsWith("-javaagent"))
        .toList();
  }

  private void listen() {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(MARK)) {
          said.add(line.substring(MARK.length()));
        }
      }
    } catch (IOException e) {
      // The process is gone; whoever waits for a line is told so.
    }
  }

  /**
   * Waits for the next line for the parent.
   *
   * @throws CommandFailedException with the end of its log, if the process ends before or takes too
   *     long
   */
  String awaitLine(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < deadline) {
      String line = said.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      if (line != null) {
        return line;
      }
      requireAlive();
    }
    throw failed("said nothing for %d s".formatted(patience.toSeconds()));
  }

  /** Throws {@link CommandFailedException}, with the end of its log, if the process has ended. */
  void requireAlive() {
    if (!process.isAlive()) {
      throw failed("ended with status %d".formatted(process.exitValue()));
    }
  }

  /** Returns the failure to throw, with the end of the log. */
  CommandFailedException failed(String how) {
    return new CommandFailedException(
        "The %s's process %s; its log ends:%n%s".formatted(name, how, logTail()));
  }

  ProcessUsage usage() {
    return new ProcessUsage(process.toHandle());
  }

  /** Asks the process to stop, and ends it if it does not. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It is gone already.
    }
    // Waits also when this thread is interrupted: what is interrupted still cleans up.
    process
        .onExit()
        .completeOnTimeout(process, STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join();
    process.destroyForcibly().onExit().join();
  }

  private String logTail() {
    try {
      List<String> lines = new String(Files.readAllBytes(log), UTF_8).lines().toList();
      return String.join(
          System.lineSeparator(),
          lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(no log: %s)".formatted(e.getMessage());
    }
  }
}
