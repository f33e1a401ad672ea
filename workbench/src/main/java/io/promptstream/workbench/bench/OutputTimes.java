package io.promptstream.workbench.bench;

import io.promptstream.topology.cli.CommandFailedException;
import io.promptstream.topology.config.TopicNames;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads append times from output topics that are complete. */
final class OutputTimes {
  private final String bootstrapServers;

  OutputTimes(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Returns the append time of the later of each event's two outputs.
   *
   * @param from number of the first event, inclusive
   * @param to number of the last event, exclusive
   * @return milliseconds of the broker's clock, ordered by event number
   * @throws CommandFailedException if an event does not have both outputs
   */
  long[] lastAppends(TopicNames topics, long from, long to) {
    long[] times = new long[Math.toIntExact(to - from)];
    int[] outputs = new int[times.length];
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions = Stream.of(topics.sparse(), topics.dense())
          .flatMap(topic -> BenchCluster.partitions(topic).stream())
          .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (!isAtEnd(consumer, ends)) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          long number = EventSender.number(record.headers());
          if (number >= from && number < to) {
            int index = (int) (number - from);
            outputs[index]++;
            times[index] = Math.max(times[index], record.timestamp());
          }
        }
      }
    }
    requireBoth(outputs, from);
    return times;
  }

  private static boolean isAtEnd(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
    Collection<TopicPartition> partitions = consumer.assignment();
    return partitions.stream()
        .allMatch(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
  }

  private static void requireBoth(int[] outputs, long from) {
    for (int index = 0; index < outputs.length; index++) {
      if (outputs[index] != 2) {
        throw new CommandFailedException(
            "Event %d has %d outputs, must have 2".formatted(from + index, outputs[index]));
      }
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
