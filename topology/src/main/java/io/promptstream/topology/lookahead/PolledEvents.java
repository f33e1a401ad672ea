package io.promptstream.topology.lookahead;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * What the consumers of one application have polled and its processors have not taken yet.
 *
 * <p>Holds references to records that Kafka Streams holds too, so it takes no memory of their size.
 */
final class PolledEvents {
  private final Map<TopicPartition, PartitionEvents> partitions = new ConcurrentHashMap<>();

  void note(ConsumerRecords<byte[], byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> batch = records.records(partition);
      of(partition).note(batch);
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
