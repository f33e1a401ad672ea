package io.promptstream.topology.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
  @TempDir
  private Path directory;

  private Path file = Path.of("");

  @BeforeEach
  void chooseFile() {
    file = directory.resolve("promptstream.properties");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(file, text);
  }

  private static Map<String, String> settings(
      Map<String, String> environment, @Nullable Path file) {
    return new ConfigLoader(environment).written(file).resolve(Map::copyOf);
  }

  @Test
  void shouldReadTheFile() throws IOException {
    write("# a comment\npromptstream.device = cpu  \nclient.id=größe\n");

    assertThat(settings(Map.of(), file))
        .containsOnly(Map.entry("promptstream.device", "cpu"), Map.entry("client.id", "größe"));
  }

  @Test
  void shouldPreferTheEnvironmentToTheFileAndTheFileToTheDefaults() throws IOException {
    write("""
        bootstrap.servers=file:9092
        schema.registry.url=mock://file
        promptstream.checkpoint=seed:1
        promptstream.device=cpu
        """);
    Map<String, String> environment =
        Map.of("PROMPTSTREAM_CHECKPOINT", "seed:2", "KAFKA_BOOTSTRAP_SERVERS", "env:9092");

    PromptStreamConfig config = new ConfigLoader(environment).load(file);

    assertThat(config.encoderOptions().checkpoint()).isEqualTo("seed:2");
    assertThat(config.clients().bootstrapServers()).isEqualTo("env:9092");
    assertThat(config.encoderOptions().device()).isEqualTo("cpu");
    assertThat(config.inputTopic()).isEqualTo("prompt-events");
  }

  @Test
  void shouldLetTheEnvironmentChooseOtherWeightsThanTheFile() throws IOException {
    write("promptstream.checkpoint=seed:1\n");
    assertThat(settings(Map.of("PROMPTSTREAM_MODELS", "a=seed:2,b=seed:3"), file))
        .containsOnly(Map.entry("promptstream.models", "a=seed:2,b=seed:3"));

    write("promptstream.models=a=seed:2,b=seed:3\n");
    assertThat(settings(Map.of("PROMPTSTREAM_CHECKPOINT", "seed:1"), file))
        .containsOnly(Map.entry("promptstream.checkpoint", "seed:1"));
  }

  @ParameterizedTest
  @CsvSource({
    "PROMPTSTREAM_DATA_TYPE, promptstream.data.type",
    "PROMPTSTREAM_TOPICS_REPLICATION_FACTOR, promptstream.topics.replication.factor",
    "KAFKA_BOOTSTRAP_SERVERS, bootstrap.servers",
    "KAFKA_NUM_STREAM_THREADS, num.stream.threads",
    "KAFKA_SECURITY_PROTOCOL, security.protocol",
    "KAFKA_PRODUCER_LINGER_MS, producer.linger.ms",
    "KAFKA_CONSUMER_MAX_POLL_RECORDS, consumer.max.poll.records",
    "KAFKA_MAIN_CONSUMER_MAX_POLL_RECORDS, main.consumer.max.poll.records",
    "KAFKA_ADMIN_RETRIES, admin.retries",
    "KAFKA_AUTO_REGISTER_SCHEMAS, auto.register.schemas",
    "KAFKA_BASIC_AUTH_CREDENTIALS_SOURCE, basic.auth.credentials.source",
    "SCHEMA_REGISTRY_URL, schema.registry.url",
    "SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO, schema.registry.basic.auth.user.info",
    "SCHEMA_REGISTRY_SSL_TRUSTSTORE_LOCATION, schema.registry.ssl.truststore.location"
  })
  void shouldReadASettingFromTheEnvironment(String variable, String setting) {
    assertThat(settings(Map.of(variable, " value "), null))
        .containsOnly(Map.entry(setting, "value"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "KAFKA_HOME",
        "KAFKA_OPTS",
        "KAFKA_HEAP_OPTS",
        "KAFKA_PORT",
        "KAFKA_SERVICE_HOST",
        "KAFKA_PRODUCER_GROUP_ID",
        "KAFKA_PROMPTSTREAM_DEVICE",
        "KAFKA_ADVERTISED_LISTENERS",
        "SCHEMA_REGISTRY_HOST_NAME",
        "SCHEMA_REGISTRY_SERVICE_HOST",
        "SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS",
        "PROMPTSTREAM_SERVICE_HOST",
        "PROMPTSTREAM_SERVICE_PORT",
        "PROMPTSTREAM_SERVICE_PORT_METRICS",
        "PROMPTSTREAM_PORT",
        "PROMPTSTREAM_PORT_9090_TCP_ADDR",
        "PROMPTSTREAM_CACHE_DIR",
        "PATH"
      })
  void shouldIgnoreOtherVariables(String variable) {
    assertThat(settings(Map.of(variable, "tcp://10.0.0.1:9092"), null)).isEmpty();
  }

  @Test
  void shouldRejectAnUnknownVariableOfOurs() {
    ConfigLoader loader = new ConfigLoader(Map.of("PROMPTSTREAM_CHECKPOINTS", "x"));

    assertThatThrownBy(() -> loader.written(null))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("PROMPTSTREAM_CHECKPOINTS")
        .hasMessageContaining("did you mean PROMPTSTREAM_CHECKPOINT?");
  }

  @Test
  void shouldNameAMissingFile() {
    assertThatThrownBy(() -> settings(Map.of(), file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("no such file");
  }

  @Test
  void shouldNameAMalformedFile() throws IOException {
    write("promptstream.device=\\uZZZZ\n");

    assertThatThrownBy(() -> settings(Map.of(), file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void shouldNameAFileThatIsNotUtf8() throws IOException {
    Files.write(file, "client.id=größe".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> settings(Map.of(), file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("not UTF-8");
  }
}
