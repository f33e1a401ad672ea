package io.promptstream.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.promptstream.application.PromptStreamApplication;
import io.promptstream.application.StartupException;
import io.promptstream.encoder.ForwardingPromptEncoder;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests the messages at start if the cluster or the registry is not set up correctly. */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(SharedServices.Resolver.class)
final class StartupIT {
  @TempDir
  private static Path stateDirectory;

  private SharedServices services;
  private PromptEncoder encoder;

  @BeforeAll
  void start(SharedServices services) {
    this.services = services;
    encoder = SamPromptEncoder.load(config(Map.of()).encoderOptions());
  }

  @AfterAll
  void stop() {
    encoder.close();
  }

  @Test
  void shouldNameTheTopicsThatAreMissing() {
    PromptStreamConfig config = config(Map.of(PromptStreamConfig.TOPICS_CREATE, "false"));

    assertRefused(
        config, "Missing topics", config.inputTopic(), config.errorsTopic(), config.modelsTopic());
  }

  @Test
  void shouldCreateMissingTopicsWithAsManyPartitionsAsTheInputWhenAllowed() throws Exception {
    PromptStreamConfig config = config(Map.of());
    create(config.inputTopic(), 3, Map.of());

    PromptStreamApplication.start(config, Models.of(encoder)).close();

    try (Admin admin = services.admin()) {
      admin
          .describeTopics(config.usedTopics())
          .allTopicNames()
          .get()
          .values()
          .forEach(topic -> assertThat(topic.partitions())
              .as(topic.name())
              .hasSize(topic.name().equals(config.modelsTopic()) ? 1 : 3));
    }
  }

  @Test
  void shouldCreateACompactedTopicForModelCards() throws Exception {
    PromptStreamConfig config = config(Map.of());

    PromptStreamApplication.start(config, Models.of(encoder)).close();

    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, config.modelsTopic());
    try (Admin admin = services.admin()) {
      assertThat(admin.describeConfigs(List.of(topic)).all().get().values())
          .singleElement()
          .satisfies(found -> assertThat(found.get("cleanup.policy").value()).isEqualTo("compact"));
    }
  }

  @Test
  void shouldStartAlthoughAModelFailsInTheWarmUp() {
    AtomicInteger calls = new AtomicInteger();
    PromptEncoder failing = new ForwardingPromptEncoder(encoder) {
      @Override
      public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
        calls.incrementAndGet();
        throw new IllegalStateException("device lost");
      }
    };

    PromptStreamApplication.start(
            config(Map.of(PromptStreamConfig.WARM_UP, "60000")), Models.of(failing))
        .close();

    assertThat(calls).hasValue(1);
  }

  @Test
  void shouldStopTheWarmUpIfTheStartFails() {
    PromptStreamConfig config = config(
        Map.of(PromptStreamConfig.WARM_UP, "60000", PromptStreamConfig.TOPICS_CREATE, "false"));

    assertRefused(config, "Missing topics");

    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("promptstream-warm-up");
  }

  @Test
  void shouldRejectAModelsTopicThatIsNotCompacted() throws Exception {
    PromptStreamConfig config = config(Map.of());
    create(config.modelsTopic(), 1, Map.of("cleanup.policy", "delete"));

    assertRefused(config, config.modelsTopic(), "cleanup.policy=delete", "compact");
  }

  @Test
  void shouldNotStartTheStreamIfTheModelCardCannotBeWritten() throws Exception {
    PromptStreamConfig config = config(Map.of());
    create(
        config.modelsTopic(), 1, Map.of("cleanup.policy", "compact", "max.message.bytes", "5000"));

    assertRefused(
        config,
        "Cannot write the card of model " + encoder.info().modelId(),
        config.modelsTopic(),
        "larger than");
    try (Admin admin = services.admin()) {
      assertThat(admin.listGroups().all().get())
          .extracting(GroupListing::groupId)
          .doesNotContain(config.streamsProperties().getProperty("application.id"));
    }
  }

  @Test
  void shouldRefuseAnOutputThatIsNotCoPartitioned() throws Exception {
    PromptStreamConfig config = config(Map.of());
    create(config.inputTopic(), 3, Map.of());
    create(config.denseTopic(), 2, Map.of("max.message.bytes", "10000000"));

    assertRefused(config, config.denseTopic(), "2 partitions", config.inputTopic(), "3");
  }

  @Test
  void shouldRejectAnOutputWithASmallerLimitThanTheProducer() throws Exception {
    PromptStreamConfig config = config(Map.of());
    create(config.sparseTopic(), config.partitions(), Map.of("max.message.bytes", "5000"));

    assertRefused(config, config.sparseTopic(), "max.message.bytes=5000", "max.request.size");
  }

  @Test
  void shouldRefuseAProducerThatCannotSendADenseEmbedding() {
    PromptStreamConfig config = config(Map.of("producer.max.request.size", "100000"));

    assertRefused(config, "producer.max.request.size is 100000", "dense embedding");
  }

  @Test
  void shouldRefuseAnOutputThatIsCompacted() throws Exception {
    PromptStreamConfig config = config(Map.of());
    create(
        config.sparseTopic(),
        config.partitions(),
        Map.of("max.message.bytes", "10000000", "cleanup.policy", "compact"));

    assertRefused(config, config.sparseTopic(), "compacted");
  }

  @Test
  void shouldRefuseASubjectWithAnotherSchema() throws Exception {
    PromptStreamConfig config = config(Map.of());
    try (CachedSchemaRegistryClient client =
        new CachedSchemaRegistryClient(services.registryUrl(), 10)) {
      client.register(config.inputTopic() + "-value", new AvroSchema("\"string\""));
    }

    assertRefused(config, config.inputTopic() + "-value", services.registryUrl());
  }

  @Test
  void shouldRefuseMissingSchemasWhereItMayNotRegisterThem() {
    PromptStreamConfig config = config(Map.of("auto.register.schemas", "false"));

    assertRefused(config, config.inputTopic() + "-value", services.registryUrl());
  }

  @Test
  void shouldSayThatTheRegistryDoesNotAnswer() {
    PromptStreamConfig config = config(Map.of(
        "schema.registry.url", "http://127.0.0.1:1", PromptStreamConfig.START_TIMEOUT, "1000"));

    assertRefused(config, "http://127.0.0.1:1", config.inputTopic() + "-value");
  }

  @Test
  void shouldSayThatTheBrokerDoesNotAnswer() {
    PromptStreamConfig config = config(
        Map.of("bootstrap.servers", "127.0.0.1:1", PromptStreamConfig.START_TIMEOUT, "1000"));

    assertRefused(config, "127.0.0.1:1");
  }

  private void assertRefused(PromptStreamConfig config, String... parts) {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(
            () -> PromptStreamApplication.start(config, Models.of(encoder)).close())
        .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n"));
  }

  private PromptStreamConfig config(Map<String, String> settings) {
    Map<String, String> all = services.settings(Map.of("state.dir", stateDirectory.toString()));
    all.putAll(settings);
    return PromptStreamConfig.of(all);
  }

  private void create(String topic, int partitions, Map<String, String> configs) throws Exception {
    try (Admin admin = services.admin()) {
      NewTopic newTopic = new NewTopic(topic, Optional.of(partitions), Optional.empty());
      admin.createTopics(List.of(newTopic.configs(configs))).all().get();
    }
  }
}
