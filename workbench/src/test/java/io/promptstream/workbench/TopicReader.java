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

/** Reads new records of one topic with a plain consumer, without code of the application. */
final class TopicReader implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;

  TopicReader(String bootstrapServers, String topic) {
    this(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers), topic);
  }

  /** Creates a reader with these settings for the brokers. */
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

  /** Also reads earlier records. */
  void rewind() {
    consumer.seekToBeginning(consumer.assignment());
  }

  /**
   * Reads this many records and fails if there are fewer. To check that there are no more, call
   * {@link #assertNoMore()} after all readers have read their records.
   */
  List<ConsumerRecord<byte[], byte[]>> read(int count) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    forEach(count, records::add);
    return records;
  }

  /** Like {@link #read}, without keeping the records. */
  void forEach(int count, Consumer<ConsumerRecord<byte[], byte[]>> listener) {
    int seen = 0;
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (seen < count && System.nanoTime() < deadline) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        listener.accept(record);
        seen++;
      }
    }
    assertThat(seen).as("records of %s", topic).isEqualTo(count);
  }

  /** Reads until a condition holds, and fails on a timeout. */
  void forEachUntil(BooleanSupplier done, Consumer<ConsumerRecord<byte[], byte[]>> listener) {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (!done.getAsBoolean() && System.nanoTime() < deadline) {
      consumer.poll(Duration.ofMillis(100)).forEach(listener);
    }
    assertThat(done.getAsBoolean()).as("all records of %s", topic).isTrue();
  }

  /** Fails if there is an unread record. */
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
