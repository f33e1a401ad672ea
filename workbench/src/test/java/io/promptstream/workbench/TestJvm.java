package io.promptstream.workbench;

import io.promptstream.workbench.process.ClassData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a JVM that lives for a few seconds, with this JVM's class path. */
public final class TestJvm {
  private TestJvm() {}

  /** Returns the command that runs a main class, with further JVM options. */
  public static List<String> command(List<String> options, String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ClassData.use(ClassData.PROMPTSTREAM));
    // C1 alone is enough for a short-lived process.
    command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(options);
    command.addAll(List.of("-cp", ClassData.classPath(), main));
    command.addAll(List.of(arguments));
    return command;
  }
}
