package io.promptstream.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.application.PromptStreamApplication;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.kafka.EmbeddedKafka;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.server.policy.CreateTopicPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests a start on a broker that does not know all current topic settings. */
final class OlderBrokerIT {
  @TempDir
  private Path stateDirectory;

  /** Rejects settings introduced in Kafka 3.6 with the message of an older broker. */
  public static final class Before36 implements CreateTopicPolicy {
    @Override
    public void validate(RequestMetadata topic) {
      topic.configs().keySet().stream()
          .filter(setting -> setting.matches("message\\.timestamp\\.(after|before)\\.max\\.ms"))
          .forEach(setting -> {
            throw new InvalidConfigurationException("Unknown topic config name: " + setting);
          });
    }

    @Override
    public void configure(Map<String, ?> settings) {}

    @Override
    public void close() {}
  }

  @Test
  void shouldCreateTopicsWithoutSettingsThatTheBrokerDoesNotKnow() throws Exception {
    EmbeddedKafka.Options options = EmbeddedKafka.Options.DEFAULT.withSettings(
        Map.of("create.topic.policy.class.name", Before36.class.getName()));
    try (EmbeddedKafka kafka = EmbeddedKafka.start(options)) {
      PromptStreamConfig config = PromptStreamConfig.of(Map.of(
          "bootstrap.servers", kafka.bootstrapServers(),
          "schema.registry.url", "mock://older-broker",
          "state.dir", stateDirectory.toString(),
          "promptstream.checkpoint", "seed:42",
          "promptstream.device", "cpu",
          "promptstream.warmup.ms", "0",
          "promptstream.topics.create", "true"));
      try (PromptEncoder encoder = SamPromptEncoder.load(config.encoderOptions());
          PromptStreamApplication application =
              PromptStreamApplication.start(config, Models.of(encoder));
          Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
        assertThat(admin.listTopics().names().get()).containsAll(config.usedTopics());
        assertThat(application.failure()).isEmpty();
      }
    }
  }
}
