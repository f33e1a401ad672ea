package io.promptstream.application.cli;

import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import io.promptstream.topology.config.ClientSettings;
import io.promptstream.topology.config.ConfigLoader;
import io.promptstream.topology.config.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that {@code send}, {@code watch} and {@code replay-errors} use to connect to a
 * running PromptStream.
 */
final class ConnectionOptions {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
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
  record Connection(ClientSettings clients, TopicNames topics) {
    /**
     * Creates a consumer without a group, which neither affects other consumers nor leaves offsets
     * behind.
     */
    Consumer<byte[], byte[]> consumer() {
      Map<String, Object> settings = new HashMap<>(clients.consumer());
      settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
      settings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
      settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
      settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
      // Records of aborted transactions are not results.
      settings.putIfAbsent(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
      return new KafkaConsumer<>(
          settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Returns the exception for a failed command; it names the brokers. */
    CommandFailedException failed(String what, KafkaException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return new CommandFailedException(
          "Cannot %s at bootstrap.servers=%s: %s"
              .formatted(what, clients.bootstrapServers(), cause.getMessage()),
          e);
    }
  }

  /**
   * Returns the partitions of a topic.
   *
   * @throws CommandFailedException if it does not exist
   */
  static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
    List<TopicPartition> partitions = consumer.partitionsFor(topic, TIMEOUT).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
    if (partitions.isEmpty()) {
      throw new CommandFailedException("Topic %s does not exist.".formatted(topic));
    }
    return partitions;
  }

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
