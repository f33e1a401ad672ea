package io.promptstream.topology.config;

import static java.util.Objects.requireNonNull;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;

/**
 * How long an event waits for its schema.
 *
 * @param timeout how long while the registry does not answer; then the application stops
 * @param grace how long while the registry does not know the schema; then the event is rejected
 */
public record RegistryTimeouts(Duration timeout, Duration grace) {
  /**
   * Reads the settings, and checks that an event may wait that long.
   *
   * @param streams the settings of Kafka Streams
   * @param clients the settings of its clients
   * @throws ConfigException with one sentence that names two settings and their values
   */
  static RegistryTimeouts of(
      AbstractConfig own, Map<String, String> streams, ClientSettings clients) {
    long timeout = own.getLong(PromptStreamConfig.REGISTRY_TIMEOUT);
    long grace = own.getLong(PromptStreamConfig.UNKNOWN_SCHEMA_GRACE);
    if (grace > timeout) {
      throw new ConfigException("%s=%d must be at most %s=%d"
          .formatted(
              PromptStreamConfig.UNKNOWN_SCHEMA_GRACE,
              grace,
              PromptStreamConfig.REGISTRY_TIMEOUT,
              timeout));
    }
    long pollInterval = ClientSettings.number(
        ConsumerConfig.configDef(),
        clients.mainConsumer(),
        ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
    // Kafka Streams processes polled events for up to half of the interval before it polls again.
    if (timeout >= pollInterval / 2) {
      throw new ConfigException(
          "%s=%d must be less than half of %s=%d, because other events that were polled together"
                  .formatted(
                      PromptStreamConfig.REGISTRY_TIMEOUT,
                      timeout,
                      ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                      pollInterval)
              + " with one that waits are processed before the next poll");
    }
    if (StreamsSettings.exactlyOnce(streams)) {
      checkTransaction(timeout, streams, clients.producer());
    }
    return new RegistryTimeouts(Duration.ofMillis(timeout), Duration.ofMillis(grace));
  }

  private static void checkTransaction(
      long timeout, Map<String, String> streams, Map<String, String> producer) {
    // The defaults are Kafka Streams' own under exactly-once, which it does not publish.
    long commitInterval = milliseconds(streams, StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "100");
    long transactionTimeout =
        milliseconds(producer, ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, "10000");
    if (timeout + commitInterval >= transactionTimeout) {
      throw new ConfigException(
          "%s=%d and %s=%d together must be less than %s=%d, because an event waits for its schema"
                  .formatted(
                      PromptStreamConfig.REGISTRY_TIMEOUT,
                      timeout,
                      StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                      commitInterval,
                      StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                      transactionTimeout)
              + " in an open transaction");
    }
  }

  private static long milliseconds(Map<String, String> settings, String name, String standard) {
    String value = settings.getOrDefault(name, standard);
    return (Long) requireNonNull(ConfigDef.parseType(name, value, ConfigDef.Type.LONG), name);
  }

  /**
   * Returns the settings of the serdes with defaults for their HTTP client: a second attempt over a
   * new connection fits into the timeout, and the application retries, not the client.
   */
  Map<String, String> withHttpSettings(Map<String, String> serde) {
    String half = Long.toString(Math.max(1, timeout.toMillis() / 2));
    Map<String, String> all = new HashMap<>(serde);
    putIfMissing(all, SchemaRegistryClientConfig.HTTP_CONNECT_TIMEOUT_MS, half);
    putIfMissing(all, SchemaRegistryClientConfig.HTTP_READ_TIMEOUT_MS, half);
    putIfMissing(all, SchemaRegistryClientConfig.MAX_RETRIES_CONFIG, "0");
    return Map.copyOf(all);
  }

  private static void putIfMissing(Map<String, String> settings, String name, String value) {
    if (!settings.containsKey(SchemaRegistryClientConfig.CLIENT_NAMESPACE + name)) {
      settings.putIfAbsent(name, value);
    }
  }
}
