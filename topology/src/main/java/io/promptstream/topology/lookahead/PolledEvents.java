package io.promptstream.topology.lookahead;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * What the consumers of one application have polled from the input topic and its processors have
 * not taken yet. Records of other topics are not noted: no processor takes them.
 *
 * <p>Holds references to records that Kafka Streams holds too, so it takes no memory of their size.
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

  /** Returns how many events are noted in all. */
  int size() {
    return partitions.values().stream().mapToInt(PartitionEvents::size).sum();
  }
}
