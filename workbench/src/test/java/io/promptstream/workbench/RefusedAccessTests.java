package io.promptstream.workbench;

import static io.promptstream.workbench.SecuredServices.MARK;
import static io.promptstream.workbench.SecuredServices.REGISTRY_PASSWORD;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.promptstream.application.PromptStreamApplication;
import io.promptstream.application.StartupException;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the messages at start if authentication or TLS with brokers or registry fails. Nested in
 * {@link AccessIT}, to share its services.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class RefusedAccessTests {
  private static final String WRONG = "wrong-" + MARK;

  @TempDir
  private static Path directory;

  private @Nullable SecuredServices started;
  private @Nullable Certificate other;
  private @Nullable PromptEncoder encoder;

  @BeforeAll
  void start(SecuredServices services) throws Exception {
    started = services;
    other = Certificate.create(directory, "other");
    encoder = SamPromptEncoder.load(config(Map.of()).encoderOptions());
  }

  @AfterAll
  void stop() {
    if (encoder != null) {
      encoder.close();
    }
  }

  @Test
  void shouldSayThatTheBrokersRefuseAPasswordOfScram() {
    assertRefused(
        SecuredServices.scram(WRONG),
        "The Kafka brokers at bootstrap.servers=%s reject sasl.jaas.config: "
            .formatted(services().bootstrapServers()));
  }

  @Test
  void shouldSayThatTheBrokersRefuseAPasswordOfPlain() {
    assertRefused(
        SecuredServices.plain(WRONG),
        "The Kafka brokers at bootstrap.servers=%s reject sasl.jaas.config: "
            .formatted(services().bootstrapServers()));
  }

  @Test
  void shouldSayThatItDoesNotTrustTheBrokers() {
    assertRefused(
        SecuredServices.trust(requireNonNull(other)),
        "No TLS connection to the Kafka brokers at bootstrap.servers=%s, see ssl.*: "
            .formatted(services().bootstrapServers()));
  }

  @Test
  void shouldNameATruststoreWithAnotherPassword() {
    assertRefused(
        Map.of("ssl.truststore.password", WRONG),
        "No Kafka broker answers at bootstrap.servers=%s: Failed to load SSL keystore %s"
            .formatted(services().bootstrapServers(), services().certificate().trustStore()));
  }

  @Test
  void shouldSayThatTheRegistryRefusesAPassword() {
    assertRefused(services().registry(WRONG), registryRefuses());
  }

  @Test
  void shouldSayThatTheRegistryRefusesAPasswordInItsAddress() {
    String address = services().registryUrl().replace("://", "://ann:%s@".formatted(WRONG));
    assertRefused(
        Map.of("schema.registry.url", address, "basic.auth.credentials.source", "URL"),
        registryRefuses());
  }

  @Test
  void shouldSayThatItDoesNotTrustTheRegistry() {
    Map<String, String> trust = new HashMap<>();
    SecuredServices.trust(requireNonNull(other))
        .forEach((name, value) -> trust.put("schema.registry." + name, value));
    assertRefused(
        trust,
        "The schema registry at %s does not answer for subject "
            .formatted(services().registryUrl()));
  }

  @Test
  void shouldSayItInOneSentenceOnTheTerminal() throws Exception {
    Map<String, String> settings = settings(SecuredServices.scram(WRONG));
    try (RunProcess process = RunProcess.start(directory, "logback.xml", settings, Map.of())) {
      assertThat(process.awaitEnd()).as(process.output()).isEqualTo(1);
      List<String> lines = process.output().lines().toList();
      assertThat(lines.get(lines.size() - 1))
          .contains("reject sasl.jaas.config: ", "SCRAM-SHA-512");
      assertThat(lines).noneMatch(line -> line.startsWith("\tat ") || line.contains(MARK));
    }
  }

  @Test
  void shouldSayWithoutItsSignatureThatACheckpointIsRefused() throws Exception {
    try (SignedFileServer hub = SignedFileServer.start(new byte[0])) {
      Map<String, String> settings =
          settings(Map.of(PromptStreamConfig.CHECKPOINT, hub.file(WRONG)));
      try (RunProcess process = RunProcess.start(
          directory, RunProcess.verboseLog(directory), settings, hub.environment())) {
        assertThat(process.awaitEnd()).as(process.output()).isEqualTo(1);
        assertThat(process.output()).contains("/sam.safetensors?...", "(403)", "DEBUG [");
        assertThat(process.output().lines()).noneMatch(line -> line.contains(MARK));
      }
    }
  }

  private String registryRefuses() {
    return "The schema registry at %s does not allow us to use subject refused-input-value, see basic.auth.user.info: "
        .formatted(services().registryUrl());
  }

  private void assertRefused(Map<String, String> wrong, String sentence) {
    PromptStreamConfig config = config(wrong);
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> PromptStreamApplication.start(config, Models.of(requireNonNull(encoder)))
            .close())
        .satisfies(thrown -> {
          assertThat(thrown.getMessage()).startsWith(sentence).hasLineCount(1);
          for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            assertThat(String.valueOf(cause.getMessage())).doesNotContain(MARK);
          }
        });
  }

  private PromptStreamConfig config(Map<String, String> settings) {
    return PromptStreamConfig.of(settings(settings));
  }

  private Map<String, String> settings(Map<String, String> wrong) {
    Map<String, String> settings = new HashMap<>();
    settings.putAll(services().brokers(SecuredServices.scram(SecuredServices.SCRAM_PASSWORD)));
    settings.putAll(services().registry(REGISTRY_PASSWORD));
    settings.put("state.dir", directory.resolve("state").toString());
    settings.put("max.retries", "0");
    settings.put(PromptStreamConfig.CHECKPOINT, "seed:42");
    settings.put(PromptStreamConfig.DEVICE, "cpu");
    settings.put(PromptStreamConfig.WARM_UP, "0");
    settings.put(PromptStreamConfig.TOPICS_CREATE, "true");
    settings.put("promptstream.input.topic", "refused-input");
    settings.putAll(wrong);
    return settings;
  }

  private SecuredServices services() {
    return requireNonNull(started);
  }
}
