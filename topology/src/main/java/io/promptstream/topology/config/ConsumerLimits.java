package io.promptstream.topology.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The limits of Kafka Streams' consumers, by its own rule: {@code main.consumer.} overrides
 * {@code consumer.}, which overrides no prefix; Kafka's default is last.
 *
 * @param partitionFetchBytes how much is fetched of a partition at once, if its first batch is
 *     smaller
 * @param pollInterval the longest time between two polls, after which the group removes the
 *     consumer
 */
public record ConsumerLimits(int partitionFetchBytes, Duration pollInterval) {
  static ConsumerLimits of(Map<String, String> streams) {
    return new ConsumerLimits(
        number(streams, ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG),
        Duration.ofMillis(number(streams, ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG)));
  }

  /** Returns a setting of the main consumer, which is the one in the group. */
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
