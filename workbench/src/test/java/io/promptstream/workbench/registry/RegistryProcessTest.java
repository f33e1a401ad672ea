package io.promptstream.workbench.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryProcessTest {
  @TempDir
  private Path directory;

  @Test
  void shouldShowTheEndOfTheLogIfTheProcessEndsAtOnce() throws Exception {
    Path notAJar = Files.writeString(directory.resolve("broken-runner.jar"), "not a jar");

    try (RegistryProcess process = RegistryProcess.start(notAJar, 0, List.of())) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> process.awaitAddress(Duration.ofSeconds(60)))
          .withMessageContaining("ended with status 1")
          .withMessageContaining("broken-runner.jar");
    }
  }

  @Test
  void shouldEndAProcessWhoseOwnersPipeBreaks() throws Exception {
    Process victim = new ProcessBuilder("sleep", "600").start();
    try (Watchdog watchdog = Watchdog.over(victim)) {
      watchdog.releaseAsIfThisProcessWereGone();

      assertThat(victim.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      victim.destroyForcibly();
    }
  }

  @Test
  void shouldNotKillTheProcessAfterClose() throws Exception {
    Process spared = new ProcessBuilder("sleep", "600").start();
    try {
      Watchdog watchdog = Watchdog.over(spared);
      watchdog.close();
      watchdog.awaitEnd();

      assertThat(spared.isAlive()).isTrue();
    } finally {
      spared.destroyForcibly();
    }
  }
}
