package io.promptstream.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads what is written to one topic from now on, as a plain consumer outside of the application.
 */
final class TopicReader implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;

  TopicReader(String bootstrapServers, String topic) {
    this(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers), topic);
  }

  /** A reader that reaches the brokers with these settings. */
  TopicReader(Map<String, String> brokers, String topic) {
    this.topic = topic;
    Map<String, Object> settings = new HashMap<>(brokers);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 16 << 20);
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /** Reads what was written before, too. */
  void rewind() {
    consumer.seekToBeginning(consumer.assignment());
  }

  /**
   * Reads this many records and fails if there are fewer. That there are no more can only be seen
   * once everything that was sent is answered, so ask {@link #assertNoMore()} when all readers have
   * what they wait for.
   */
  List<ConsumerRecord<byte[], byte[]>> read(int count) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    forEach(count, records::add);
    return records;
  }

  /** As {@link #read}, without keeping what was read. */
  void forEach(int count, Consumer<ConsumerRecord<byte[], byte[]>> each) {
    int seen = 0;
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (seen < count && System.nanoTime() < deadline) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        each.accept(record);
        seen++;
      }
    }
    assertThat(seen).as("records of %s", topic).isEqualTo(count);
  }

  /** Reads until a condition holds, and fails if it does not in time. */
  void forEachUntil(BooleanSupplier done, Consumer<ConsumerRecord<byte[], byte[]>> each) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean() && System.nanoTime() < deadline) {
      consumer.poll(Duration.ofMillis(100)).forEach(each);
    }
    assertThat(done.getAsBoolean()).as("all records of %s", topic).isTrue();
  }

  /** Fails if there is a record that was not read. */
  void assertNoMore() {
    Collection<TopicPartition> partitions = consumer.assignment();
    List<ConsumerRecord<byte[], byte[]>> more = new ArrayList<>();
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
      consumer.poll(Duration.ofMillis(100)).forEach(more::add);
    }
    assertThat(more).as("more records of %s", topic).isEmpty();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
