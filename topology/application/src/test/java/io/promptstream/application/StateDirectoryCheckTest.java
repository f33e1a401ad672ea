package io.promptstream.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptstream.topology.config.PromptStreamConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryCheckTest {
  @TempDir
  private Path directory;

  @Test
  void shouldCreateTheDirectoryAndLeaveItEmpty() {
    Path state = directory.resolve("a/b");

    StateDirectoryCheck.run(config(state));

    assertThat(state).isEmptyDirectory();
  }

  @Test
  void shouldNameADirectoryThatCannotBeWrittenTo() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(() -> StateDirectoryCheck.run(config(file)))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith(
            "state.dir=" + file + " cannot be written to, but sessions keep their state there: ");
  }

  @Test
  void shouldTakeTheDefaultOfKafkaStreams() {
    assertThat(config(null).stateDirectory()).endsWith("kafka-streams");
  }

  private static PromptStreamConfig config(@Nullable Path state) {
    Map<String, String> settings = new HashMap<>(Map.of(
        "bootstrap.servers", "broker:9092",
        "schema.registry.url", "mock://state",
        "promptstream.checkpoint", "seed:1"));
    if (state != null) {
      settings.put("state.dir", state.toString());
    }
    return PromptStreamConfig.of(settings);
  }
}
