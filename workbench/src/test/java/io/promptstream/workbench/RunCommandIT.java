package io.promptstream.workbench;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.topology.config.PromptStreamConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests the production process, {@code run --config FILE}, from outside. */
@ExtendWith(SharedServices.Resolver.class)
final class RunCommandIT {
  private static final int SIGTERM_EXIT = 143;

  @TempDir
  private Path directory;

  @Test
  void shouldStopCleanlyOnSigtermAndResumeWhereItStopped(SharedServices services) throws Exception {
    Map<String, String> settings =
        services.settings(Map.of("state.dir", directory.resolve("state").toString()));
    PromptStreamConfig config = PromptStreamConfig.of(settings);
    try (RunProcess first = run(settings)) {
      first.awaitRunning();
      try (PipelineClient client =
          new PipelineClient(config, services.bootstrapServers(), services.registryUrl())) {
        for (int i = 0; i < 50; i++) {
          client.send(Events.click("first-" + i));
        }
        client.read(50, 0);

        assertThat(first.stop()).isEqualTo(SIGTERM_EXIT);
        assertThat(first.output()).doesNotContain("ERROR");
        assertThat(committed(services, config)).isEqualTo(50).isEqualTo(ends(services, config));

        for (int i = 0; i < 5; i++) {
          client.send(Events.click("while-down-" + i));
        }
        try (RunProcess second =
            RunProcess.startDistribution(unpackedDistribution(), directory, settings)) {
          second.awaitRunning();
          assertThat(client.read(5, 0).sparse().keySet())
              .allSatisfy(id -> assertThat(id).startsWith("while-down-"));
        }
      }
    }
  }

  @Test
  void shouldSayInOneSentenceWhatIsWrongWithTheConfiguration() throws Exception {
    try (RunProcess process = run(Map.of(
        "bootstrap.servers", "127.0.0.1:1",
        "promptstream.checkpoint", "seed:42",
        "promptstream.chekpoint", "x"))) {
      assertThat(process.awaitEnd()).isNotZero();
      assertThat(process.output())
          .contains("promptstream.chekpoint")
          .contains("promptstream.checkpoint")
          .doesNotContain("\tat ");
    }
  }

  private Path unpackedDistribution() throws Exception {
    String archive = System.getProperty("promptstream.distribution");
    Path home = Files.createDirectory(directory.resolve("distribution"));
    Process tar = new ProcessBuilder(
            "tar", "-xf", archive, "-C", home.toString(), "--strip-components=1")
        .inheritIO()
        .start();
    assertThat(tar.waitFor()).isZero();
    return home;
  }

  private RunProcess run(Map<String, String> settings) throws Exception {
    return RunProcess.start(directory, "logback.xml", settings, Map.of());
  }

  private static long committed(SharedServices services, PromptStreamConfig config)
      throws Exception {
    try (Admin admin = services.admin()) {
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

  private static long ends(SharedServices services, PromptStreamConfig config) throws Exception {
    try (Admin admin = services.admin()) {
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
