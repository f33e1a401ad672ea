package io.promptstream.workbench.process;

import java.io.File;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Archives of class data, with which a JVM starts in half the time. The build writes them before
 * the integration tests, which start many processes; elsewhere there are none, and nothing changes.
 */
public final class ClassData {
  /** The system property that names the archives' directory. */
  private static final String DIRECTORY = "promptstream.class.data";

  /** The schema registry's archive. */
  public static final String REGISTRY = "registry.jsa";

  /** The archive of PromptStream's processes. */
  public static final String PROMPTSTREAM = "promptstream.jsa";

  private ClassData() {}

  /** Returns the options with which a JVM starts from an archive, if there is one. */
  public static List<String> use(String archive) {
    String directory = System.getProperty(DIRECTORY);
    return directory == null
        ? List.of()
        // One that does not fit, for the JDK is another one, is passed over in silence.
        : List.of(
            "-XX:SharedArchiveFile=" + Path.of(directory, archive),
            "-Xlog:cds=off,cds+dynamic=off");
  }

  /**
   * Returns this JVM's class path, with its jars first: an archive is of the beginning of a class
   * path, and of jars alone.
   */
  public static String classPath() {
    return classPath(entries().sorted(Comparator.comparing(entry -> !isJar(entry))));
  }

  /** Returns the jars of this JVM's class path, with which {@link #classPath()} begins. */
  public static String jars() {
    return classPath(entries().filter(ClassData::isJar));
  }

  private static String classPath(Stream<String> entries) {
    return entries.collect(Collectors.joining(File.pathSeparator));
  }

  private static Stream<String> entries() {
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(System.getProperty("java.class.path"));
  }

  private static boolean isJar(String entry) {
    return entry.endsWith(".jar");
  }
}
