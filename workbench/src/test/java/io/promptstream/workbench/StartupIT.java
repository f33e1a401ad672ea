package io.promptstream.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.app.PromptStreamApplication;
import io.promptstream.topology.app.StartupException;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.kafka.EmbeddedKafka;
import io.promptstream.workbench.registry.ApicurioRegistry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What an application says at start when the cluster or the registry is not as it must be. */
@TestInstance(Lifecycle.PER_CLASS)
final class StartupIT {
  private final AtomicInteger application = new AtomicInteger();

  @TempDir
  private static Path stateDirectory;

  private @Nullable EmbeddedKafka kafka;
  private @Nullable ApicurioRegistry registry;
  private @Nullable PromptEncoder encoder;

  @BeforeAll
  void start() throws Exception {
    registry = ApicurioRegistry.start(0);
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.DEFAULT);
    encoder = SamPromptEncoder.load(config(Map.of()).encoderOptions());
  }

  @AfterAll
  void stop() throws Exception {
    if (encoder != null) {
      encoder.close();
    }
    if (kafka != null) {
      kafka.close();
    }
    if (registry != null) {
      registry.close();
    }
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

    PromptStreamApplication.start(config, Models.of(encoder())).close();

    try (Admin admin = admin()) {
      admin
          .describeTopics(config.topics().all())
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

    PromptStreamApplication.start(config, Models.of(encoder())).close();

    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, config.modelsTopic());
    try (Admin admin = admin()) {
      assertThat(admin.describeConfigs(List.of(topic)).all().get().values())
          .singleElement()
          .satisfies(found -> assertThat(found.get("cleanup.policy").value()).isEqualTo("compact"));
    }
  }

  @Test
  void shouldRefuseModelCardsThatAreNotKept() throws Exception {
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
        "Cannot write the card of model " + encoder().info().modelId(),
        config.modelsTopic(),
        "larger than");
    try (Admin admin = admin()) {
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
  void shouldRefuseAnOutputThatTakesLessThanTheProducerMaySend() throws Exception {
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
        new CachedSchemaRegistryClient(registry().url(), 10)) {
      client.register(config.inputTopic() + "-value", new AvroSchema("\"string\""));
    }

    assertRefused(config, config.inputTopic() + "-value", registry().url());
  }

  @Test
  void shouldRefuseMissingSchemasWhereItMayNotRegisterThem() {
    PromptStreamConfig config = config(Map.of("auto.register.schemas", "false"));

    assertRefused(config, config.inputTopic() + "-value", registry().url());
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
            () -> PromptStreamApplication.start(config, Models.of(encoder())).close())
        .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n"));
  }

  /** Settings with names of their own, so that no test finds what another has made. */
  private PromptStreamConfig config(Map<String, String> settings) {
    String name = "startup-" + application.incrementAndGet();
    Map<String, String> all = new HashMap<>();
    all.put("application.id", name);
    all.put("bootstrap.servers", kafka == null ? "" : kafka.bootstrapServers());
    all.put("schema.registry.url", registry().url());
    all.put("state.dir", stateDirectory.toString());
    all.put("promptstream.checkpoint", "seed:42");
    all.put("promptstream.device", "cpu");
    all.put("promptstream.input.topic", name + "-events");
    all.put("promptstream.sparse.topic", name + "-sparse");
    all.put("promptstream.dense.topic", name + "-dense");
    all.put("promptstream.errors.topic", name + "-errors");
    all.put("promptstream.models.topic", name + "-models");
    all.put(PromptStreamConfig.TOPICS_CREATE, "true");
    all.putAll(settings);
    return PromptStreamConfig.of(all);
  }

  private void create(String topic, int partitions, Map<String, String> configs) throws Exception {
    try (Admin admin = admin()) {
      NewTopic newTopic = new NewTopic(topic, Optional.of(partitions), Optional.empty());
      admin.createTopics(List.of(newTopic.configs(configs))).all().get();
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", kafka == null ? "" : kafka.bootstrapServers()));
  }

  private ApicurioRegistry registry() {
    if (registry == null) {
      throw new IllegalStateException("not started");
    }
    return registry;
  }

  private PromptEncoder encoder() {
    if (encoder == null) {
      throw new IllegalStateException("not loaded");
    }
    return encoder;
  }
}
