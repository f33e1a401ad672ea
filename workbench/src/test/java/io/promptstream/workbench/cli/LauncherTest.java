package io.promptstream.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the scripts that start the JVM, in a temporary home that needs no build. */
final class LauncherTest {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  @TempDir
  private Path home;

  @Test
  void shouldEndTheProcessWhenTheHeapIsExhausted() throws Exception {
    assertThat(run(launcher(), ""))
        .contains("-XX:+ExitOnOutOfMemoryError")
        .containsPattern("promptstream [0-9]");
  }

  @Test
  void shouldEndTheProcessOfAnImageWhenTheHeapIsExhausted() throws Exception {
    Path bin = Files.createDirectory(home.resolve("bin"));
    Path entrypoint = Files.copy(
        PROJECT.resolve("topology/application/src/main/distribution/bin/promptstream"),
        bin.resolve("promptstream"));

    // The JVM prints its options before it fails to find the application.
    assertThat(run(entrypoint, "")).contains("-XX:+ExitOnOutOfMemoryError");
  }

  @Test
  void shouldLetJavaOptsOverrideTheOptions() throws Exception {
    assertThat(run(launcher(), "-XX:-ExitOnOutOfMemoryError"))
        .contains("-XX:-ExitOnOutOfMemoryError");
  }

  private Path launcher() throws IOException {
    Path target = Files.createDirectories(home.resolve("workbench/target"));
    Path launcher = Files.copy(PROJECT.resolve("promptstream"), home.resolve("promptstream"));
    Files.createDirectory(home.resolve(".mvn"));
    Files.createFile(home.resolve("pom.xml"));
    Files.writeString(target.resolve("classpath"), System.getProperty("java.class.path"));
    // Last, because files newer than the stamp would trigger a build.
    Files.createFile(target.resolve("launcher-stamp"));
    return launcher;
  }

  private String run(Path script, String options) throws Exception {
    Path output = Files.createTempFile(home, "output-", ".txt");
    ProcessBuilder builder = new ProcessBuilder(script.toString(), "--version");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("JAVA_OPTS", "-XX:+PrintCommandLineFlags " + options);
    builder.redirectErrorStream(true).redirectOutput(output.toFile()).start().waitFor();
    return Files.readString(output);
  }
}
