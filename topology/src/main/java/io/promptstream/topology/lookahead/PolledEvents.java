package io.promptstream.topology.lookahead;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * The events that the consumers of one application have polled from the input topic and its
 * processors have not taken yet. Records of other topics are not noted, because no processor takes
 * them.
 *
 * <p>It holds references to arrays that Kafka Streams holds too, so it needs little memory.
 */
final class PolledEvents {
  private final String inputTopic;
  private final Map<TopicPartition, PartitionEvents> partitions = new ConcurrentHashMap<>();

  PolledEvents(String inputTopic) {
    this.inputTopic = inputTopic;
  }

  void note(ConsumerRecords<byte[], byte[]> records) {
    long now = System.nanoTime();
    for (TopicPartition partition : records.partitions()) {
      if (partition.topic().equals(inputTopic)) {
        of(partition).note(records.records(partition), now);
      }
    }
  }

  PartitionEvents of(TopicPartition partition) {
    return partitions.computeIfAbsent(partition, unused -> new PartitionEvents());
  }

  void drop(TopicPartition partition) {
    partitions.remove(partition);
  }

  /** Returns the number of noted events of all partitions. */
  int size() {
    return partitions.values().stream().mapToInt(PartitionEvents::size).sum();
  }
}
