package io.promptstream.workbench.process;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a main class in a separate JVM with this JVM's class path and options. */
public final class ChildJvm extends ChildProcess {
  private final Launch launch;

  private ChildJvm(Launch launch) {
    super(launch.name(), launch.directory(), commandLine(launch, launch.command()));
    this.launch = launch;
  }

  /**
   * Parameters of a child process.
   *
   * @param name name in messages, and of its log file
   * @param command main class and arguments
   * @param heapMib maximum heap, in MiB
   * @param directory directory for its temporary files and log
   * @param options additional JVM options
   */
  public record Launch(
      String name, List<String> command, int heapMib, Path directory, List<String> options) {
    // Ctrl-C signals every process of a terminal: the children then end at once instead of waiting
    // for each other, and leave files only in the directory. The attach listener is started because
    // profilers otherwise attach with a signal, which would end the process.
    private static final List<String> END_AT_ONCE = List.of("-Xrs", "-XX:+StartAttachListener");

    public Launch {
      command = List.copyOf(command);
      options = List.copyOf(options);
    }

    /** A process that ends at once on a signal, without shutdown hooks. */
    public Launch(String name, List<String> command, int heapMib, Path directory) {
      this(name, command, heapMib, directory, END_AT_ONCE);
    }

    /** Returns the same with another maximum heap, in MiB. */
    public Launch withHeapMib(int heapMib) {
      return new Launch(name, command, heapMib, directory, options);
    }

    /** Returns the same with other JVM options. */
    public Launch withOptions(List<String> options) {
      return new Launch(name, command, heapMib, directory, options);
    }
  }

  /** Starts a process. */
  public static ChildJvm start(Launch launch) {
    return new ChildJvm(launch);
  }

  /** Restarts it after it has ended. */
  public void startAgain() {
    startAgain(launch.command());
  }

  /** Restarts it with another command after it has ended. */
  public void startAgain(List<String> command) {
    replace(commandLine(launch, command));
  }

  private static List<String> commandLine(Launch launch, List<String> command) {
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
    line.addAll(command);
    return line;
  }

  /** Returns this JVM's options without agents, which cannot share a port or file. */
  private static List<String> inheritedOptions() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-agent") && !option.startsWith("-javaagent"))
        .toList();
  }

  /** Writes a line to the parent; called in the child. */
  public static void tellParent(String line) {
    System.out.println(MARK + line);
  }
}
