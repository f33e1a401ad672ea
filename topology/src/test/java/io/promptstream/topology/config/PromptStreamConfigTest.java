package io.promptstream.topology.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.EncoderOptions;
import io.promptstream.topology.errors.FailedSendHandler;
import io.promptstream.topology.errors.RejectedEventHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptStreamConfigTest {
  private static final Map<String, String> REQUIRED = Map.of(
      "bootstrap.servers", "broker:9092",
      "schema.registry.url", "mock://config",
      "promptstream.checkpoint", "seed:42");

  private static Map<String, String> settings(String... namesAndValues) {
    Map<String, String> settings = new HashMap<>(REQUIRED);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return settings;
  }

  private static PromptStreamConfig config(String... namesAndValues) {
    return PromptStreamConfig.of(settings(namesAndValues));
  }

  @Test
  void shouldHaveDefaultsForAllSettingsThatAreNotRequired() {
    PromptStreamConfig config = config();

    assertThat(config.topics())
        .isEqualTo(new TopicNames(
            "prompt-events",
            "sparse-embeddings",
            "dense-embeddings",
            "prompt-errors",
            "prompt-encoder-models",
            "prompt-actions"));
    assertThat(config.encoderOptions())
        .isEqualTo(
            new EncoderOptions("seed:42", "auto", DataType.FLOAT32, DenseFormat.FACTORED, 1000));
    assertThat(config.createTopics()).isFalse();
    assertThat(config.partitions()).isEqualTo(8);
    assertThat(config.replicationFactor()).isEqualTo((short) -1);
    assertThat(config.leavesGroup()).isTrue();
    assertThat(config.closeTimeout()).hasSeconds(25);
    assertThat(config.startTimeout()).hasMinutes(2);
    assertThat(config.maxRequestSize()).isEqualTo(2 << 20);
    assertThat(config.producerBufferMemory()).isEqualTo(32L << 20);
  }

  @Test
  void shouldAcceptEverySetting() {
    PromptStreamConfig config = config(
        "promptstream.input.topic", "i",
        "promptstream.sparse.topic", "s",
        "promptstream.dense.topic", "d",
        "promptstream.errors.topic", "e",
        "promptstream.models.topic", "m",
        "promptstream.checkpoint", "/models/sam_vit_b.pth",
        "promptstream.profile", "sam2",
        "promptstream.device", "gpu:1",
        "promptstream.data.type", "bfloat16",
        "promptstream.dense.format", "full",
        "promptstream.max.points", "7",
        "promptstream.max.headers", "0",
        "promptstream.out.of.image", "CLIP",
        "promptstream.mask.logit.magnitude", "6.9",
        "promptstream.topics.create", "true",
        "promptstream.topics.partitions", "3",
        "promptstream.topics.replication.factor", "2");

    assertThat(config.inputTopic()).isEqualTo("i");
    assertThat(config.sparseTopic()).isEqualTo("s");
    assertThat(config.denseTopic()).isEqualTo("d");
    assertThat(config.errorsTopic()).isEqualTo("e");
    assertThat(config.modelsTopic()).isEqualTo("m");
    assertThat(config.encoderOptions())
        .isEqualTo(new EncoderOptions(
            "/models/sam_vit_b.pth", "sam2", "gpu:1", DataType.BFLOAT16, DenseFormat.FULL, 7));
    assertThat(config.maxHeaders()).isZero();
    assertThat(config.clipsToImage()).isTrue();
    assertThat(config.maskLogitMagnitude()).isEqualTo(6.9);
    assertThat(config.createTopics()).isTrue();
    assertThat(config.partitions()).isEqualTo(3);
    assertThat(config.replicationFactor()).isEqualTo((short) 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bootstrap.servers", "schema.registry.url", "promptstream.checkpoint"})
  void shouldNameAMissingRequiredSetting(String name) {
    Map<String, String> settings = settings();
    settings.remove(name);

    assertThatThrownBy(() -> PromptStreamConfig.of(settings))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Missing required configuration \"%s\"", name);
  }

  @ParameterizedTest
  @CsvSource({
    "promptstream.profile, SAM",
    "promptstream.profile, sam3",
    "promptstream.device, gpu:",
    "promptstream.device, GPU",
    "promptstream.device, cuda:0",
    "promptstream.device, gpu:-1",
    "promptstream.data.type, FLOAT64",
    "promptstream.dense.format, HALF",
    "promptstream.max.points, -1",
    "promptstream.max.points, many",
    "promptstream.max.points, 1000001",
    "promptstream.max.headers, -1",
    "promptstream.out.of.image, ignore",
    "promptstream.mask.logit.magnitude, 0",
    "promptstream.mask.logit.magnitude, NaN",
    "promptstream.mask.logit.magnitude, 1001.0",
    "promptstream.topics.create, perhaps",
    "promptstream.topics.partitions, 0",
    "promptstream.close.leave.group, perhaps",
    "promptstream.close.timeout.ms, 0",
    "promptstream.start.timeout.ms, 0",
    "promptstream.topics.replication.factor, 0",
    "promptstream.topics.replication.factor, 70000",
    "promptstream.input.topic, a/b",
    "promptstream.input.topic, ..",
    "processing.guarantee, exactly_once",
    "num.stream.threads, two"
  })
  void shouldNameAnInvalidSettingAndItsValue(String name, String value) {
    assertThatThrownBy(() -> config(name, value))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(value);
  }

  @Test
  void shouldRejectAnInvalidSettingOfAClient() {
    assertThatThrownBy(() -> config("producer.max.request.size", "big"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("max.request.size")
        .hasMessageContaining("big");
  }

  @Test
  void shouldRejectAnEmptyCheckpoint() {
    assertThatThrownBy(() -> config("promptstream.checkpoint", ""))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("promptstream.checkpoint");
  }

  @Test
  void shouldRejectAnUnknownSettingOfOursAndSuggestTheNearest() {
    assertThatThrownBy(() -> config("promptstream.max.point", "5"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("Unknown setting promptstream.max.point (with value 5): did you mean"
            + " promptstream.max.points?");
  }

  @Test
  void shouldRejectTwoTopicsWithTheSameName() {
    assertThatThrownBy(() -> config("promptstream.errors.topic", "dense-embeddings"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("promptstream.errors.topic")
        .hasMessageContaining("dense-embeddings")
        .hasMessageContaining("promptstream.dense.topic");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "processing.exception.handler",
        "production.exception.handler",
        "default.production.exception.handler",
        "errors.dead.letter.queue.topic.name"
      })
  void shouldRejectSettingsThatReplaceTheErrorHandling(String name) {
    assertThatThrownBy(() -> config(name, "elsewhere"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("elsewhere");
  }

  @Test
  void shouldGiveKafkaStreamsOurDefaults() {
    Properties streams = config().streamsProperties();

    assertThat(streams)
        .containsEntry("application.id", "promptstream")
        .containsEntry("processing.guarantee", "at_least_once")
        .containsEntry("consumer.auto.offset.reset", "earliest")
        .containsEntry("producer.linger.ms", "5")
        .containsEntry("producer.max.request.size", "2097152")
        .containsEntry("processing.exception.handler", RejectedEventHandler.class.getName())
        .containsEntry("production.exception.handler", FailedSendHandler.class.getName())
        .containsEntry("errors.dead.letter.queue.topic.name", "prompt-errors");
  }

  @Test
  void shouldPassSettingsToTheClientsOfKafkaStreams() {
    StreamsConfig streams = new StreamsConfig(config().streamsProperties());

    Map<String, Object> producer = streams.getProducerConfigs("producer");
    assertThat(producer.get("linger.ms")).hasToString("5");
    assertThat(producer.get("max.request.size")).hasToString("2097152");
    assertThat(streams.getMainConsumerConfigs("group", "consumer", 0))
        .containsEntry("auto.offset.reset", "earliest");
  }

  @Test
  void shouldAllowLargerRequestsForFullDenseEmbeddings() {
    assertThat(config("promptstream.dense.format", "FULL").maxRequestSize()).isEqualTo(8 << 20);
  }

  @Test
  void shouldPassOnAllOtherSettingsUnchanged() {
    Properties streams = config(
            "main.consumer.fetch.min.bytes", "7",
            "topic.retention.ms", "9",
            "my.own.reporter.setting", "kept")
        .streamsProperties();

    assertThat(streams)
        .containsEntry("bootstrap.servers", "broker:9092")
        .containsEntry("main.consumer.fetch.min.bytes", "7")
        .containsEntry("topic.retention.ms", "9")
        .containsEntry("my.own.reporter.setting", "kept");
    assertThat(streams.stringPropertyNames()).noneMatch(name -> name.startsWith("promptstream."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"producer.linger.ms", "linger.ms"})
  void shouldNotOverrideSettingsOfTheUser(String name) {
    Properties properties = config(name, "50").streamsProperties();

    Map<String, Object> producer = new StreamsConfig(properties).getProducerConfigs("p");
    assertThat(producer.get("linger.ms")).hasToString("50");
  }

  @ParameterizedTest
  @ValueSource(strings = {"producer.max.request.size", "max.request.size"})
  void shouldReadTheMaximumRequestSizeUnderEachName(String name) {
    assertThat(config(name, "3000000").maxRequestSize()).isEqualTo(3_000_000);
  }

  @Test
  void shouldPreferTheSettingUnderAClientsPrefix() {
    ClientSettings clients = config(
            "client.id", "all", "admin.client.id", "ours", "producer.client.id", "sender")
        .clients();

    assertThat(clients.admin()).containsEntry("client.id", "ours");
    assertThat(clients.producer()).containsEntry("client.id", "sender");
    assertThat(clients.consumer()).containsEntry("client.id", "all");
  }

  @Test
  void shouldNotGiveAClientTheSettingsOfAnother() {
    ClientSettings clients = config("acks", "1", "max.poll.records", "3").clients();

    assertThat(clients.producer()).containsKey("acks").doesNotContainKey("max.poll.records");
    assertThat(clients.consumer()).containsKey("max.poll.records").doesNotContainKey("acks");
    assertThat(clients.admin()).doesNotContainKeys("acks", "max.poll.records");
  }

  @Test
  void shouldAcceptTheGroupProtocolThatOnlyKafkaStreamsKnows() {
    assertThat(config("group.protocol", "streams").clients().consumer())
        .doesNotContainKey("group.protocol");
  }

  @Test
  void shouldGiveTheSerdesTheRegistrysSettings() {
    Map<String, String> serde = config(
            "schema.registry.ssl.truststore.location", "/trust",
            "basic.auth.credentials.source", "USER_INFO",
            "auto.register.schemas", "false",
            "producer.acks", "all")
        .serdeProperties();

    assertThat(serde)
        .containsEntry("schema.registry.url", "mock://config")
        .containsEntry("schema.registry.ssl.truststore.location", "/trust")
        .containsEntry("basic.auth.credentials.source", "USER_INFO")
        .containsEntry("auto.register.schemas", "false")
        .doesNotContainKeys("producer.acks", "promptstream.checkpoint");
  }

  @Test
  void shouldShowTheRegistrysAddressWithoutCredentials() {
    PromptStreamConfig config =
        config("schema.registry.url", "https://me:secret@one:8081,https://me:secret@two:8081");

    assertThat(config.clients().registryUrl()).isEqualTo("https://one:8081,https://two:8081");
  }

  @ParameterizedTest
  @CsvSource({
    "auto, client.id, x, true",
    "auto, group.instance.id, pod-1, false",
    "auto, consumer.group.instance.id, pod-1, false",
    "auto, main.consumer.group.instance.id, pod-1, false",
    "auto, restore.consumer.group.instance.id, pod-1, true",
    "auto, producer.group.instance.id, pod-1, true",
    "AUTO, group.instance.id, pod-1, false",
    "true, group.instance.id, pod-1, true",
    "false, client.id, x, false"
  })
  void shouldLeaveTheGroupUnlessItsMembershipIsStatic(
      String leaveGroup, String name, String value, boolean leaves) {
    PromptStreamConfig config = config("promptstream.close.leave.group", leaveGroup, name, value);

    assertThat(config.leavesGroup()).isEqualTo(leaves);
  }

  @Test
  void shouldBeDocumentedInConfigurationMd() throws IOException {
    assertThat(Files.readString(Path.of("..", "docs", "configuration.md")))
        .contains(SettingsTable.markdown().strip());
  }

  @Test
  void shouldDocumentEverySetting() {
    List<String> names = PromptStreamConfig.DEFINITION.names().stream().sorted().toList();

    assertThat(names).hasSize(35);
    assertThat(SettingsTable.markdown())
        .contains(names)
        .contains("| `promptstream.checkpoint` | required |")
        .contains("| `promptstream.max.points` | `1000` |")
        .contains("| `producer.linger.ms` | `5` |");
  }
}
