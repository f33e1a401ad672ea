package io.promptstream.topology.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What the consumers of Kafka Streams take at once, by its own rule: {@code main.consumer.} before
 * {@code consumer.} before no prefix, Kafka's default last.
 *
 * @param partitionFetchBytes what is fetched of a partition at once, if its first batch is smaller
 * @param pollInterval the longest time between two polls, after which the group gives up on it
 */
public record ConsumerLimits(int partitionFetchBytes, Duration pollInterval) {
  static ConsumerLimits of(Map<String, String> streams) {
    return new ConsumerLimits(
        number(streams, ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG),
        Duration.ofMillis(number(streams, ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG)));
  }

  /** Returns a setting of the main consumer, the one that is in the group. */
  static String setting(Map<String, String> streams, String name, String standard) {
    String plain = streams.getOrDefault(name, standard);
    String consumer = streams.getOrDefault(StreamsConfig.consumerPrefix(name), plain);
    return streams.getOrDefault(StreamsConfig.mainConsumerPrefix(name), consumer);
  }

  private static int number(Map<String, String> streams, String name) {
    String standard = requireNonNull(ConsumerConfig.configDef().defaultValues().get(name), name)
        .toString();
    String value = setting(streams, name, standard);
    return (Integer) requireNonNull(ConfigDef.parseType(name, value, ConfigDef.Type.INT), name);
  }
}
