package io.promptstream.workbench.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.topology.cli.CommandFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
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
public final class ChildJvm implements AutoCloseable {
  /** What lines for the parent begin with; loggers may write to standard output too. */
  private static final String MARK = "to parent: ";

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
   * How a process is started.
   *
   * @param name for messages and for its log
   * @param command main class and arguments
   * @param heapMib most heap, in MiB
   * @param directory where its temporary files and its log go
   * @param options further options of its JVM
   */
  public record Launch(
      String name, List<String> command, int heapMib, Path directory, List<String> options) {
    // Ctrl-C reaches every process of a terminal: the children then end at once, instead of
    // waiting for each other, and what they leave is in the directory. Profilers attach by a signal
    // otherwise, which would now end the process.
    private static final List<String> END_AT_ONCE = List.of("-Xrs", "-XX:+StartAttachListener");

    public Launch {
      command = List.copyOf(command);
      options = List.copyOf(options);
    }

    /** A process that a signal ends at once, without its shutdown hooks. */
    public Launch(String name, List<String> command, int heapMib, Path directory) {
      this(name, command, heapMib, directory, END_AT_ONCE);
    }

    /** Returns the same with another command. */
    Launch withCommand(List<String> command) {
      return new Launch(name, command, heapMib, directory, options);
    }
  }

  /** Starts a process. */
  public static ChildJvm start(Launch launch) {
    Path log = launch.directory().resolve(launch.name() + ".log");
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(inheritedOptions());
    line.addAll(ClassData.use(ClassData.PROMPTSTREAM));
    line.addAll(launch.options());
    line.addAll(List.of(
        "-Xmx" + launch.heapMib() + "m",
        "-Djava.io.tmpdir=" + launch.directory(),
        "-cp",
        ClassData.classPath()));
    line.addAll(launch.command());
    try {
      // A process that is started again goes on with its log.
      Process process = new ProcessBuilder(line)
          .redirectError(Redirect.appendTo(log.toFile()))
          .start();
      ChildJvm child = new ChildJvm(launch.name(), process, log);
      Thread listener = new Thread(child::listen, "child-" + launch.name());
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

  /** Says a line to the parent, in a process that was started here. */
  public static void tellParent(String line) {
    System.out.println(MARK + line);
  }

  /** Says a line to the process, for its {@link ParentWatch}; one that is gone does not hear it. */
  public void tell(String line) {
    try {
      process.getOutputStream().write((line + '\n').getBytes(UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      // Whoever waits for what comes of it finds the process gone.
    }
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
  public String awaitLine(Duration patience) throws InterruptedException {
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

  /**
   * Waits for this line for the parent; lines before it are of no interest.
   *
   * @throws CommandFailedException as {@link #awaitLine(Duration)}, for each line
   */
  public void awaitLine(String line, Duration patience) throws InterruptedException {
    while (!awaitLine(patience).equals(line)) {
      // One of those before it.
    }
  }

  /** Throws {@link CommandFailedException}, with the end of its log, if the process has ended. */
  public void requireAlive() {
    if (!process.isAlive()) {
      throw failed("ended with status %d".formatted(process.exitValue()));
    }
  }

  /** Returns the failure to throw, with the end of the log. */
  public CommandFailedException failed(String how) {
    return new CommandFailedException(
        "The %s's process %s; its log ends:%n%s".formatted(name, how, logTail()));
  }

  /** Returns what the process takes of the machine. */
  public ProcessUsage usage() {
    return new ProcessUsage(process.toHandle());
  }

  /** Returns the process. */
  public Process process() {
    return process;
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
