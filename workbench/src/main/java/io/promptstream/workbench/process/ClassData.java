package io.promptstream.workbench.process;

import java.io.File;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Options for class data archives, with which a JVM starts in half the time. The build creates the
 * archives before the integration tests, which start many processes; without archives this class
 * adds no options.
 */
public final class ClassData {
  /** System property with the archives' directory. */
  private static final String DIRECTORY = "promptstream.class.data";

  /** The schema registry's archive. */
  public static final String REGISTRY = "registry.jsa";

  /** The archive of PromptStream's processes. */
  public static final String PROMPTSTREAM = "promptstream.jsa";

  private ClassData() {}

  /** Returns the JVM options for an archive; empty if the directory is not set. */
  public static List<String> use(String archive) {
    String directory = System.getProperty(DIRECTORY);
    return directory == null
        ? List.of()
        // The JVM silently ignores an archive of another JDK.
        : List.of(
            "-XX:SharedArchiveFile=" + Path.of(directory, archive),
            "-Xlog:cds=off,cds+dynamic=off");
  }

  /** Returns the JVM options with which a process finds the archives for its own processes. */
  public static List<String> pass() {
    String directory = System.getProperty(DIRECTORY);
    return directory == null ? List.of() : List.of("-D" + DIRECTORY + "=" + directory);
  }

  /**
   * Returns this JVM's class path with its jars first: an archive covers only jars, at the
   * beginning of the class path.
   */
  public static String classPath() {
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(System.getProperty("java.class.path"))
        .sorted(Comparator.comparing(entry -> !isJar(entry)))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean isJar(String entry) {
    return entry.endsWith(".jar");
  }
}
