package io.promptstream.workbench;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.kafka.EmbeddedKafka;
import io.promptstream.workbench.registry.ApicurioRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The production process, {@code run --config FILE}, from the outside. */
final class RunCommandIT {
  private static final Duration START = Duration.ofSeconds(60);
  private static final int SIGTERM_EXIT = 143;

  @TempDir
  private Path directory;

  @Test
  void shouldStopCleanlyOnSigtermAndGoOnWhereItStopped() throws Exception {
    try (ApicurioRegistry registry = ApicurioRegistry.start(0);
        EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.DEFAULT)) {
      Map<String, String> settings = Map.of(
          "bootstrap.servers",
          kafka.bootstrapServers(),
          "schema.registry.url",
          registry.url(),
          "state.dir",
          directory.resolve("state").toString(),
          "promptstream.checkpoint",
          "seed:42",
          "promptstream.device",
          "cpu",
          "promptstream.topics.create",
          "true");
      PromptStreamConfig config = PromptStreamConfig.of(settings);
      Path file = configFile(settings);
      Process first = run(file, "first.log");
      try {
        awaitRunning(first, "first.log");
        try (PipelineClient client =
            new PipelineClient(config, kafka.bootstrapServers(), registry.url())) {
          for (int i = 0; i < 50; i++) {
            client.send(Events.click("first-" + i));
          }
          client.read(50, 0);

          first.destroy();

          assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
          assertThat(first.exitValue()).isEqualTo(SIGTERM_EXIT);
          assertThat(log("first.log")).doesNotContain("ERROR");
          assertThat(committed(kafka, config)).isEqualTo(50).isEqualTo(ends(kafka, config));

          for (int i = 0; i < 5; i++) {
            client.send(Events.click("while-down-" + i));
          }
          Process second = run(file, "second.log");
          try {
            assertThat(client.read(5, 0).sparse().keySet())
                .allSatisfy(id -> assertThat(id).startsWith("while-down-"));
          } finally {
            second.destroyForcibly().waitFor();
          }
        }
      } finally {
        first.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void shouldSayInOneSentenceWhatIsWrongWithTheConfiguration() throws Exception {
    Path file = configFile(Map.of(
        "bootstrap.servers", "127.0.0.1:1",
        "promptstream.checkpoint", "seed:42",
        "promptstream.chekpoint", "x"));

    Process process = run(file, "wrong.log");

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isNotZero();
    assertThat(log("wrong.log"))
        .contains("promptstream.chekpoint")
        .contains("promptstream.checkpoint")
        .doesNotContain("\tat ");
  }

  private Path configFile(Map<String, String> settings) throws Exception {
    Properties properties = new Properties();
    properties.putAll(settings);
    Path file = directory.resolve("promptstream.properties");
    try (var out = Files.newBufferedWriter(file)) {
      properties.store(out, null);
    }
    return file;
  }

  private Process run(Path config, String log) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx512m",
        "-Dlogback.configurationFile=logback.xml",
        "-cp",
        System.getProperty("java.class.path"),
        "io.promptstream.topology.cli.Main",
        "run",
        "--config",
        config.toString());
    return builder
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve(log).toFile())
        .start();
  }

  private void awaitRunning(Process process, String log) {
    await().atMost(START).until(() -> {
      assertThat(process.isAlive()).as(log(log)).isTrue();
      return log(log).contains("Running: ");
    });
  }

  private String log(String name) throws Exception {
    return Files.readString(directory.resolve(name));
  }

  private static long committed(EmbeddedKafka kafka, PromptStreamConfig config) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      return admin
          .listConsumerGroupOffsets(config.streamsProperties().getProperty("application.id"))
          .partitionsToOffsetAndMetadata()
          .get()
          .values()
          .stream()
          .mapToLong(OffsetAndMetadata::offset)
          .sum();
    }
  }

  private static long ends(EmbeddedKafka kafka, PromptStreamConfig config) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      TopicDescription topic = requireNonNull(admin
          .describeTopics(List.of(config.inputTopic()))
          .allTopicNames()
          .get()
          .get(config.inputTopic()));
      return admin
          .listOffsets(topic.partitions().stream()
              .collect(Collectors.toMap(
                  p -> new TopicPartition(config.inputTopic(), p.partition()),
                  p -> OffsetSpec.latest())))
          .all()
          .get()
          .values()
          .stream()
          .mapToLong(offset -> offset.offset())
          .sum();
    }
  }
}
