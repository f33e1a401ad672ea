package io.promptstream.workbench.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.application.cli.CommandFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A program in a separate process, which ends when this is closed, or when this JVM ends, even if
 * it is killed: the program must exit at the end of its standard input.
 *
 * <p>The child writes lines for its parent to standard output with the prefix {@link #MARK}; its
 * log, standard error, goes to a file.
 */
public sealed class ChildProcess implements AutoCloseable permits ChildJvm {
  /** Prefix of lines for the parent; loggers may also write to standard output. */
  static final String MARK = "to parent: ";

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
  private static final long POLL_MILLIS = 50;
  private static final int LOG_TAIL_LINES = 20;

  private final String name;
  private final Path log;
  private volatile Run run;

  /**
   * Starts a program.
   *
   * @param name name in messages, and of its log file
   * @param directory directory of its log file
   * @param command program and arguments
   */
  public ChildProcess(String name, Path directory, List<String> command) {
    this.name = name;
    log = directory.resolve(name + ".log");
    run = run(name, log, command);
  }

  /** A process and its lines for the parent; a restart makes another one. */
  private record Run(Process process, BlockingQueue<String> lines) {
    void listen() {
      try (BufferedReader reader = process.inputReader(UTF_8)) {
        reader
            .lines()
            .filter(line -> line.startsWith(MARK))
            .forEach(line -> lines.add(line.substring(MARK.length())));
      } catch (IOException | UncheckedIOException e) {
        // The process has ended; awaitLine reports that.
      }
    }
  }

  /** Starts a program after this process has ended. */
  final synchronized void replace(List<String> command) {
    // Closes its pipes.
    close();
    run = run(name, log, command);
  }

  private static Run run(String name, Path log, List<String> command) {
    try {
      // A restarted process appends to its log.
      Run started = new Run(
          new ProcessBuilder(command)
              .redirectError(Redirect.appendTo(log.toFile()))
              .start(),
          new LinkedBlockingQueue<>());
      Thread listener = new Thread(started::listen, "child-" + name);
      listener.setDaemon(true);
      listener.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a line to the child's {@link ParentWatch}; does nothing if the child has ended. */
  public final void tell(String line) {
    try {
      OutputStream out = process().getOutputStream();
      out.write((line + '\n').getBytes(UTF_8));
      out.flush();
    } catch (IOException e) {
      // Callers that wait for an effect will see that the process has ended.
    }
  }

  /**
   * Waits for the next line for the parent.
   *
   * @throws CommandFailedException with the end of its log, if the process ends first or the wait
   *     times out
   */
  public final String awaitLine(Duration timeout) throws InterruptedException {
    return awaitLine(run, timeout);
  }

  private String awaitLine(Run awaited, Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (System.nanoTime() < deadline) {
      String line = awaited.lines().poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
      if (line != null) {
        return line;
      }
      requireAlive(awaited.process());
    }
    throw failed("wrote no line for %d s".formatted(timeout.toSeconds()));
  }

  /**
   * Waits for this line for the parent and ignores the lines before it.
   *
   * @throws CommandFailedException as {@link #awaitLine(Duration)}, for each line
   */
  public final void awaitLine(String line, Duration timeout) throws InterruptedException {
    Run awaited = run;
    while (!awaitLine(awaited, timeout).equals(line)) {
      // Ignore it.
    }
  }

  /** Throws {@link CommandFailedException} with the end of the log if the process has ended. */
  public final void requireAlive() {
    requireAlive(process());
  }

  private void requireAlive(Process process) {
    if (!process.isAlive()) {
      throw failed("ended with status %d".formatted(process.exitValue()));
    }
  }

  /** Returns an exception with this message and the end of the log. */
  public final CommandFailedException failed(String how) {
    return new CommandFailedException(
        "The %s's process %s; its log ends:%n%s".formatted(name, how, tail(log)));
  }

  /** Returns the CPU and memory usage of the process. */
  public final ProcessUsage usage() {
    return new ProcessUsage(process().toHandle());
  }

  /** Returns the name of the process. */
  public final String name() {
    return name;
  }

  /** Returns the process, which is another one after a restart. */
  public final Process process() {
    return run.process();
  }

  /** Returns the log file. */
  public final Path log() {
    return log;
  }

  /** Kills the process with SIGKILL. */
  public final void kill() {
    process().destroyForcibly().onExit().join();
  }

  /**
   * Ends the process with SIGTERM, as an orchestrator does.
   *
   * @throws CommandFailedException if it has not ended in time
   */
  public final void terminate(Duration timeout) throws InterruptedException {
    Process ending = process();
    ending.destroy();
    if (!ending.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      throw failed("did not end within %d s of SIGTERM".formatted(timeout.toSeconds()));
    }
  }

  /**
   * Sends a signal, such as {@code STOP}.
   *
   * @throws CommandFailedException if the process cannot be signalled
   */
  public final void signal(String signal) throws InterruptedException {
    if (!signal(process(), signal)) {
      throw failed("cannot be sent SIG" + signal);
    }
  }

  /** Sends a signal, for example STOP, to a process; returns whether that was possible. */
  public static boolean signal(Process process, String signal) throws InterruptedException {
    try {
      List<String> kill = List.of("kill", "-" + signal, Long.toString(process.pid()));
      return new ProcessBuilder(kill).inheritIO().start().waitFor() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks the process to stop, and kills it if it does not stop within 20 s. */
  @Override
  public final void close() {
    Process ending = process();
    try {
      ending.getOutputStream().close();
    } catch (IOException e) {
      // It has already ended.
    }
    // join() ignores interrupts, so that an interrupted thread still cleans up.
    ending
        .onExit()
        .completeOnTimeout(ending, STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
        .join();
    kill();
  }

  /** Returns the last 20 lines of a log file. */
  public static String tail(Path log) {
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
