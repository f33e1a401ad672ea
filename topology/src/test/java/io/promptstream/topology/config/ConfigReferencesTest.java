package io.promptstream.topology.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReferencesTest {
  /** A variable of every process, because the provider reads the real environment. */
  private static final String VARIABLE = "PATH";

  private static final String JAAS =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"ann\" password=\"%s\";";

  @TempDir
  private Path directory;

  private Path secrets = Path.of("");

  @BeforeEach
  void writeSecrets() throws IOException {
    secrets = Files.writeString(
        directory.resolve("secrets.properties"),
        "password=hunter2\nchild=${file:/nothing:x}\nlinger=never-to-be-seen\nbytes=4096\n");
    Files.writeString(directory.resolve("token"), "from-a-file-of-its-own\n");
  }

  private Map<String, String> providers() {
    return Map.of(
        "config.providers", "file, env,dir",
        "config.providers.file.class", FileConfigProvider.class.getName(),
        "config.providers.env.class", EnvVarConfigProvider.class.getName(),
        "config.providers.dir.class", DirectoryConfigProvider.class.getName());
  }

  private Map<String, String> with(String name, String value) {
    Map<String, String> settings = new HashMap<>(providers());
    settings.put(name, value);
    return settings;
  }

  private String file(String key) {
    return "${file:%s:%s}".formatted(secrets, key);
  }

  private static Map<String, String> resolved(Map<String, String> settings) {
    return resolve(settings, Map::copyOf);
  }

  private static <T> T resolve(
      Map<String, String> settings, Function<Map<String, String>, T> check) {
    return new UnresolvedSettings(settings, Set.of()).resolve(check);
  }

  @Test
  void shouldReplaceReferencesOfEveryProviderOfKafka() {
    Map<String, String> settings = new HashMap<>(providers());
    settings.put("sasl.jaas.config", JAAS.formatted(file("password")));
    settings.put("promptstream.checkpoint", "${env:" + VARIABLE + "}");
    settings.put("schema.registry.bearer.auth.token", "${dir:" + directory + ":token}");
    settings.put("client.id", "plain");

    assertThat(resolved(settings))
        .containsOnly(
            Map.entry("sasl.jaas.config", JAAS.formatted("hunter2")),
            Map.entry("promptstream.checkpoint", System.getenv(VARIABLE)),
            Map.entry("schema.registry.bearer.auth.token", "from-a-file-of-its-own"),
            Map.entry("client.id", "plain"));
  }

  @Test
  void shouldReplaceReferencesFromTheFileAndFromTheEnvironment() throws IOException {
    Path config = Files.writeString(directory.resolve("p.properties"), """
        config.providers=file
        config.providers.file.class=%s
        producer.batch.size=%s
        """.formatted(
            FileConfigProvider.class.getName(), file("bytes")));
    Map<String, String> environment = Map.of(
        "KAFKA_BOOTSTRAP_SERVERS",
        "b:1",
        "SCHEMA_REGISTRY_URL",
        "mock://references",
        "SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO",
        "ann:" + file("password"),
        "PROMPTSTREAM_CHECKPOINT",
        "seed:" + file("bytes"));

    PromptStreamConfig loaded = new ConfigLoader(environment).load(config);

    assertThat(loaded.encoderOptions().checkpoint()).isEqualTo("seed:4096");
    assertThat(loaded.clients().producer()).containsEntry("batch.size", "4096");
    assertThat(loaded.serdeProperties())
        .containsEntry("schema.registry.basic.auth.user.info", "ann:hunter2");
    assertThat(loaded.streamsProperties().stringPropertyNames())
        .contains("producer.batch.size")
        .noneMatch(name -> name.startsWith("config.providers"));
  }

  @Test
  void shouldReadTheProvidersFromTheEnvironment() {
    Map<String, String> environment = Map.of(
        "KAFKA_CONFIG_PROVIDERS", "file",
        "KAFKA_CONFIG_PROVIDERS_FILE_CLASS", FileConfigProvider.class.getName(),
        "KAFKA_CONFIG_PROVIDERS_FILE_PARAM_ALLOWED_PATHS", directory.toString(),
        "KAFKA_SSL_TRUSTSTORE_PASSWORD", file("password"));

    Map<String, String> settings = new ConfigLoader(environment).written(null).resolve(Map::copyOf);

    assertThat(settings).containsOnly(Map.entry("ssl.truststore.password", "hunter2"));
  }

  @Test
  void shouldNotReplaceReferencesInAResolvedValue() {
    assertThat(resolved(with("ssl.key.password", file("child"))))
        .containsOnly(Map.entry("ssl.key.password", "${file:/nothing:x}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"${vault:kafka:password}", "${no.colon}", "a${b", "${:x}", "$1 \\ ${File:/x:y}"})
  void shouldNotChangeTextThatNamesNoProvider(String text) {
    assertThat(resolved(with("client.id", text))).containsOnly(Map.entry("client.id", text));
  }

  @Test
  void shouldNotChangeReferencesWithoutProviders() {
    assertThat(resolved(Map.of("client.id", "${env:" + VARIABLE + "}")))
        .containsOnly(Map.entry("client.id", "${env:" + VARIABLE + "}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${file:/nowhere/secrets:password}",
        "${file:password}",
        "${env:PROMPTSTREAM_NO_SUCH_VARIABLE}",
        "${env:/a/path:X}",
        "${dir:/nowhere:password}"
      })
  void shouldNameTheSettingAndTheReferenceThatCannotBeResolved(String reference) {
    Map<String, String> settings = with("ssl.key.password", "before " + reference + " after");

    assertThatThrownBy(() -> resolved(settings))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            "Setting ssl.key.password: %s cannot be resolved: ".formatted(reference))
        .hasMessageNotContaining("before")
        .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
  }

  @Test
  void shouldNameAKeyThatTheFileDoesNotHave() {
    assertThatThrownBy(() -> resolved(with("ssl.key.password", file("pasword"))))
        .hasMessage(
            "Setting ssl.key.password: %s cannot be resolved: the provider has no such value",
            file("pasword"));
  }

  @Test
  void shouldNameAProviderWithoutAClass() {
    Map<String, String> settings =
        Map.of("config.providers", "file", "ssl.key.password", file("password"));

    assertThatThrownBy(() -> resolved(settings))
        .hasMessageEndingWith("cannot be resolved: config.providers.file.class is not set");
  }

  @Test
  void shouldRespectTheLimitsOfAProvider() throws IOException {
    Path allowed = Files.createDirectory(directory.resolve("allowed"));
    Map<String, String> settings = with("ssl.key.password", file("password"));
    settings.put("config.providers.file.param.allowed.paths", allowed.toString());

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> resolved(settings))
        .withMessageContaining(file("password"));
  }

  @Test
  void shouldShowTheReferenceIfASecretIsAnInvalidValue() {
    Map<String, String> settings = with("producer.linger.ms", file("linger"));
    settings.put("bootstrap.servers", "b:1");
    settings.put("schema.registry.url", "mock://references");
    settings.put("promptstream.checkpoint", "seed:1");

    assertThatThrownBy(() -> resolve(settings, PromptStreamConfig::of))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(file("linger"))
        .hasMessageContaining("linger.ms")
        .hasNoCause()
        .hasMessageNotContaining("never-to-be-seen");
  }
}
