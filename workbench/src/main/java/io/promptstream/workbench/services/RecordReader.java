package io.promptstream.workbench.services;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads all committed records of some topics, from the beginning, without a consumer group. */
public final class RecordReader implements AutoCloseable {
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;

  /**
   * Connects.
   *
   * @param settings of the consumer, including the brokers' addresses
   * @param topics existing topics
   */
  public RecordReader(Map<String, ?> settings, Collection<String> topics) {
    Map<String, Object> all = new HashMap<>();
    all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 16 << 20);
    all.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    all.putAll(settings);
    consumer = new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions = topics.stream()
        .flatMap(topic -> consumer.partitionsFor(topic).stream())
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
    consumer.assign(partitions);
    rewind();
  }

  /** Continues at the beginning. */
  public void rewind() {
    consumer.seekToBeginning(partitions());
  }

  /** Continues at the current end. */
  public void seekToEnd() {
    consumer.seekToEnd(partitions());
    // The seek is lazy.
    partitions().forEach(consumer::position);
  }

  /** Returns the partitions that are read. */
  public Set<TopicPartition> partitions() {
    return consumer.assignment();
  }

  /** Passes on the next records, of which there are none after 100 ms without any. */
  public void poll(Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    consumer.poll(POLL_TIMEOUT).forEach(sink);
  }

  /** Returns the offset of the next record to read. */
  public long position(TopicPartition partition) {
    return consumer.position(partition);
  }

  /** Reads up to the current end. */
  public void readToEnd(Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions());
    while (ends.entrySet().stream().anyMatch(end -> position(end.getKey()) < end.getValue())) {
      poll(sink);
    }
  }

  /** Returns the number of the event that a record belongs to, see {@link RecordSender#number}. */
  public static OptionalLong number(ConsumerRecord<?, ?> record) {
    Header number = record.headers().lastHeader(RecordSender.NUMBER);
    return number == null
        ? OptionalLong.empty()
        : OptionalLong.of(ByteBuffer.wrap(number.value()).getLong());
  }

  /** Returns the last value of a header as text, or null if there is none. */
  public static @Nullable String header(ConsumerRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
