package io.promptstream.workbench;

import static io.promptstream.workbench.SecuredServices.MARK;
import static io.promptstream.workbench.SecuredServices.REGISTRY_PASSWORD;
import static io.promptstream.workbench.SecuredServices.USER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.application.PromptStreamApplication;
import io.promptstream.application.cli.PromptStreamCommand;
import io.promptstream.encoder.SamCases;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.config.ConfigLoader;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.PipelineClient.Results;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.management.Attribute;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Tests authentication with brokers, registry and hub, and that secrets do not leak. */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(SharedServices.Resolver.class)
final class AccessIT {
  private static final int SIGTERM_EXIT = 143;

  @TempDir
  private static Path directory;

  private @Nullable SecuredServices started;
  private @Nullable SignedFileServer hub;
  private String verbose = "";

  @BeforeAll
  void start(SecuredServices services) throws Exception {
    started = services;
    Path checkpoint = SamCases.copy("hf_sam_like.safetensors", directory);
    hub = SignedFileServer.start(Files.readAllBytes(checkpoint));
    verbose = RunProcess.verboseLog(directory);
  }

  @AfterAll
  void stop() {
    if (hub != null) {
      hub.close();
    }
  }

  @Nested
  final class RefusedAccess extends RefusedAccessTests {}

  @Test
  void shouldEncodeWithScramAndSecretsInFiles() throws Exception {
    Path secrets = Files.writeString(
        directory.resolve("secrets.properties"),
        "password=%s\ntruststore=%s\ncheckpoint=%s\n"
            .formatted(
                SecuredServices.SCRAM_PASSWORD,
                Certificate.PASSWORD,
                hub().file(SignedFileServer.SIGNATURE)));
    Files.writeString(directory.resolve("registry-user"), USER + ':' + REGISTRY_PASSWORD + '\n');
    Map<String, String> settings = settings("scram");
    settings.putAll(services().brokers(SecuredServices.scram("${file:" + secrets + ":password}")));
    settings.putAll(services().registry(""));
    settings.put("ssl.truststore.password", "${file:" + secrets + ":truststore}");
    settings.put("schema.registry.ssl.truststore.password", "${file:" + secrets + ":truststore}");
    settings.put("basic.auth.user.info", "${dir:" + directory + ":registry-user}");
    settings.put(PromptStreamConfig.CHECKPOINT, "${file:" + secrets + ":checkpoint}");

    assertEncodesAndHides(settings, Map.of());
  }

  @Test
  void shouldEncodeWithPlainAndSecretsInTheEnvironment() throws Exception {
    Map<String, String> settings = settings("plain");
    settings.putAll(SecuredServices.plain("${env:BROKER_PASSWORD}"));
    settings.put("bootstrap.servers", services().bootstrapServers());
    settings.put("ssl.truststore.type", "PEM");
    settings.put("ssl.truststore.location", services().certificate().pem().toString());
    settings.put("schema.registry.ssl.truststore.type", "PEM");
    settings.put(
        "schema.registry.ssl.truststore.location", settings.get("ssl.truststore.location"));
    settings.put("schema.registry.url", registryWithUser());
    Map<String, String> environment = Map.of(
        "BROKER_PASSWORD",
        SecuredServices.PLAIN_PASSWORD,
        "SIGNATURE",
        SignedFileServer.SIGNATURE,
        "PROMPTSTREAM_CHECKPOINT",
        hub().file("${env:SIGNATURE}"));

    assertEncodesAndHides(settings, environment);
  }

  @Test
  void shouldSendAndWatchWithTheSettingsOfTheApplication() throws Exception {
    Path secrets = Files.writeString(
        directory.resolve("for-commands.properties"),
        "password=%s\n".formatted(SecuredServices.PLAIN_PASSWORD));
    Map<String, String> settings = settings("commands");
    settings.putAll(services().brokers(SecuredServices.plain("${file:" + secrets + ":password}")));
    settings.putAll(services().registry(REGISTRY_PASSWORD));
    settings.put(PromptStreamConfig.CHECKPOINT, "seed:42");
    Path file = RunProcess.write(directory, settings);
    Path prompts = Files.writeString(
        directory.resolve("prompts.jsonl"),
        "{\"prompt_id\": \"sent\", \"image_id\": \"i\", \"points\": [{\"x\": 1, \"y\": 2, \"label\": \"FOREGROUND\"}]}\n");
    PromptStreamConfig config = new ConfigLoader(Map.of()).load(file);
    StringWriter out = new StringWriter();
    CommandLine commands = PromptStreamCommand.commandLine().setOut(new PrintWriter(out));
    try (Models models = Models.load(config.modelOptions(), SamPromptEncoder::load);
        PromptStreamApplication application = PromptStreamApplication.start(config, models)) {
      assertThat(application.failure()).isEmpty();
      String configFile = file.toString();

      assertThat(commands.execute("send", "--config", configFile, prompts.toString()))
          .isZero();
      assertThat(
              commands.execute("watch", "--config", configFile, "--from-beginning", "--count", "2"))
          .isZero();
    }
    assertThat(out.toString())
        .contains("Sent 1 prompts", "sparse prompt=sent", "dense prompt=sent");
    assertNoSecrets(out.toString());
  }

  @Test
  void shouldKeepSecretsOutOfMetricsAndManagementBeans() throws Exception {
    Map<String, String> settings = new HashMap<>(settings("beans"));
    settings.keySet().removeIf(name -> name.startsWith("config.providers"));
    settings.putAll(services().brokers(SecuredServices.plain(SecuredServices.PLAIN_PASSWORD)));
    settings.putAll(services().registry(REGISTRY_PASSWORD));
    settings.put("schema.registry.url", registryWithUser());
    settings.put(PromptStreamConfig.CHECKPOINT, "seed:42");
    settings.put("metrics.recording.level", "TRACE");
    PromptStreamConfig config = PromptStreamConfig.of(settings);
    try (Models models = Models.load(config.modelOptions(), SamPromptEncoder::load);
        PromptStreamApplication application = PromptStreamApplication.start(config, models);
        PipelineClient client = client(config)) {
      client.send(Events.click("measured"));
      client.read(1, 0);

      List<String> seen = new ArrayList<>(beans());
      application.metrics().forEach((name, metric) -> seen.add(name + "=" + metric.metricValue()));

      assertThat(seen).anyMatch(line -> line.contains("beans-access"));
      seen.forEach(AccessIT::assertNoSecrets);
    }
  }

  /** Returns settings with separate topic names and all of Kafka's config providers. */
  private Map<String, String> settings(String name) {
    Map<String, String> settings = new HashMap<>();
    settings.put("application.id", name + "-access");
    settings.put("state.dir", directory.resolve("state").toString());
    settings.put("config.providers", "file,dir,env");
    settings.put("config.providers.file.class", FileConfigProvider.class.getName());
    settings.put("config.providers.dir.class", DirectoryConfigProvider.class.getName());
    settings.put("config.providers.env.class", EnvVarConfigProvider.class.getName());
    settings.put(PromptStreamConfig.DEVICE, "cpu");
    settings.put(PromptStreamConfig.WARM_UP, "0");
    settings.put(PromptStreamConfig.TOPICS_CREATE, "true");
    settings.put(PromptStreamConfig.TOPICS_PARTITIONS, "2");
    for (String topic : List.of("input", "sparse", "dense", "errors", "models")) {
      settings.put("promptstream.%s.topic".formatted(topic), name + '-' + topic);
    }
    return settings;
  }

  /** Runs the application and checks its results, and that no output contains a secret. */
  private void assertEncodesAndHides(Map<String, String> settings, Map<String, String> variables)
      throws Exception {
    Map<String, String> environment = new HashMap<>(hub().environment());
    environment.putAll(variables);
    environment.put(
        "PROMPTSTREAM_CACHE_DIR", Files.createTempDirectory(directory, "cache-").toString());
    PromptStreamConfig config = PromptStreamConfig.of(named(settings));
    try (RunProcess process = RunProcess.start(directory, verbose, settings, environment)) {
      process.awaitRunning();
      try (PipelineClient client = client(config)) {
        for (int i = 0; i < 5; i++) {
          client.send(Events.click("click-" + i));
        }
        client.send(Events.click("bad", Double.NaN, 5));
        client.send("undecodable", new byte[] {0, 1, 2, 3, 4, 5});
        Results results = client.read(5, 2);

        results.errors().forEach(error -> assertNoSecrets(text(error)));
        Stream.of(results.sparse(), results.dense())
            .forEach(records -> records.values().forEach(record -> assertNoSecrets(text(record))));
      }
      assertNoSecrets(text(card(config)));

      assertThat(process.stop()).isEqualTo(SIGTERM_EXIT);
      assertThat(process.output())
          // The secrets are in fact in use.
          .contains("sasl.jaas.config = [hidden]", "basic.auth.user.info = [hidden]")
          .contains("DEBUG [", "Stopped")
          .doesNotContain("ERROR [");
      assertNoSecrets(process.output());
    }
  }

  /** Returns the settings with topic names, without secrets. */
  private static Map<String, String> named(Map<String, String> settings) {
    Map<String, String> named = new HashMap<>(settings);
    named.keySet().removeIf(name -> !name.startsWith("promptstream."));
    named.put("bootstrap.servers", "unused:1");
    named.put("schema.registry.url", "mock://unused");
    named.put(PromptStreamConfig.CHECKPOINT, "seed:1");
    return named;
  }

  private PipelineClient client(PromptStreamConfig config) {
    return new PipelineClient(config, clientOfBrokers(), services().registry(REGISTRY_PASSWORD));
  }

  private Map<String, String> clientOfBrokers() {
    return services().brokers(SecuredServices.scram(SecuredServices.SCRAM_PASSWORD));
  }

  private String registryWithUser() {
    return services().registryUrl().replace("://", "://%s:%s@".formatted(USER, REGISTRY_PASSWORD));
  }

  private ConsumerRecord<byte[], byte[]> card(PromptStreamConfig config) {
    try (TopicReader models = new TopicReader(clientOfBrokers(), config.modelsTopic())) {
      models.rewind();
      return models.read(1).get(0);
    }
  }

  private static String text(ConsumerRecord<byte[], byte[]> record) {
    StringBuilder text = new StringBuilder();
    record
        .headers()
        .forEach(header -> text.append(header.key())
            .append('=')
            .append(new String(header.value(), UTF_8))
            .append('\n'));
    return text + new String(requireNonNull(record.value()), UTF_8);
  }

  /** Returns all names and attributes of the clients' MBeans. */
  private static List<String> beans() throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    List<String> beans = new ArrayList<>();
    for (String domain : List.of("kafka.streams", "kafka.producer", "kafka.consumer")) {
      for (ObjectName name : server.queryNames(new ObjectName(domain + ":*"), null)) {
        String[] attributes = Stream.of(server.getMBeanInfo(name).getAttributes())
            .map(attribute -> attribute.getName())
            .toArray(String[]::new);
        for (Attribute attribute : server.getAttributes(name, attributes).asList()) {
          beans.add(name + " " + attribute);
        }
      }
    }
    return beans;
  }

  private static void assertNoSecrets(String text) {
    String basic =
        Base64.getEncoder().encodeToString((USER + ':' + REGISTRY_PASSWORD).getBytes(UTF_8));
    assertThat(text.lines()).noneMatch(line -> line.contains(MARK) || line.contains(basic));
  }

  private SecuredServices services() {
    return requireNonNull(started);
  }

  private SignedFileServer hub() {
    return requireNonNull(hub);
  }
}
