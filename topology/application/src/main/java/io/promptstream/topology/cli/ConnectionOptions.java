package io.promptstream.topology.cli;

import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import io.promptstream.topology.config.ClientSettings;
import io.promptstream.topology.config.ConfigLoader;
import io.promptstream.topology.config.TopicNames;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that {@code send} and {@code watch} use to connect to a running PromptStream. */
final class ConnectionOptions {
  private static final String DEFAULT_BROKERS = "127.0.0.1:9092";
  private static final String DEFAULT_REGISTRY = "http://127.0.0.1:8081";

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "Kafka brokers; overrides environment and file. Default: " + DEFAULT_BROKERS)
  private @Nullable String bootstrapServers;

  @Option(
      names = "--registry",
      paramLabel = "URL",
      description =
          "Schema registry URL; overrides environment and file. Default: " + DEFAULT_REGISTRY)
  private @Nullable String registry;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The application's settings: connection, security, topic names.")
  private @Nullable Path config;

  /**
   * The resolved connection: options override the environment, the file and the defaults, in this
   * order.
   *
   * @param clients the settings of clients
   * @param topics the names of topics
   */
  record Connection(ClientSettings clients, TopicNames topics) {}

  Connection resolve(ConfigLoader loader) {
    return loader.written(config).resolve(this::connection);
  }

  private Connection connection(Map<String, String> resolved) {
    Map<String, String> settings = new HashMap<>(resolved);
    set(settings, CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, DEFAULT_BROKERS);
    set(
        settings,
        AbstractKafkaSchemaSerDeConfig.SCHEMA_REGISTRY_URL_CONFIG,
        registry,
        DEFAULT_REGISTRY);
    return new Connection(ClientSettings.of(settings), TopicNames.of(settings));
  }

  private static void set(
      Map<String, String> settings, String name, @Nullable String option, String defaultValue) {
    if (option != null) {
      settings.put(name, option);
    }
    settings.putIfAbsent(name, defaultValue);
  }
}
