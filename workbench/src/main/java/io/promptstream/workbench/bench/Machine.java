package io.promptstream.workbench.bench;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.internals.AppInfoParser;

/**
 * The machine and software versions of a measurement.
 *
 * @param cores processors available to this JVM
 * @param processor model name in /proc/cpuinfo
 * @param memoryMib physical memory, in MiB
 * @param system the operating system
 * @param java the JVM's version
 * @param kafka the version of Kafka
 * @param djl the version of DJL
 */
public record Machine(
    int cores,
    String processor,
    long memoryMib,
    String system,
    String java,
    String kafka,
    String djl) {
  private static final long KIB_PER_MIB = 1024;

  /** Returns the data of this machine. */
  public static Machine here() {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        field(Path.of("/proc/cpuinfo"), "model name"),
        Long.parseLong("0" + field(Path.of("/proc/meminfo"), "MemTotal").replaceAll("\\D", ""))
            / KIB_PER_MIB,
        System.getProperty("os.name") + ' ' + System.getProperty("os.version"),
        Runtime.version().toString(),
        AppInfoParser.getVersion(),
        Engine.getDjlVersion());
  }

  /** Returns a human-readable line. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d cores (%s), %,d MiB, %s, Java %s, Kafka %s, DJL %s",
        cores,
        processor,
        memoryMib,
        system,
        java,
        kafka,
        djl);
  }

  /** Returns the value of the first {@code name: value} line, or "" if there is none. */
  private static String field(Path file, String name) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
