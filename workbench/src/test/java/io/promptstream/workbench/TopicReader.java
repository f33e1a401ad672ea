package io.promptstream.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.workbench.services.RecordReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads new records of one topic with a plain consumer, without code of the application. */
final class TopicReader implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final String topic;
  private final RecordReader reader;

  TopicReader(String bootstrapServers, String topic) {
    this(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers), topic);
  }

  /** Creates a reader with these settings for the brokers. */
  TopicReader(Map<String, String> brokers, String topic) {
    this.topic = topic;
    reader = new RecordReader(brokers, List.of(topic));
    reader.seekToEnd();
  }

  /** Also reads earlier records. */
  void rewind() {
    reader.rewind();
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
    AtomicInteger seen = new AtomicInteger();
    forEachUntil(() -> seen.get() >= count, record -> {
      listener.accept(record);
      seen.incrementAndGet();
    });
    assertThat(seen).as("records of %s", topic).hasValue(count);
  }

  /** Reads until a condition holds, and fails on a timeout. */
  void forEachUntil(BooleanSupplier done, Consumer<ConsumerRecord<byte[], byte[]>> listener) {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (!done.getAsBoolean() && System.nanoTime() < deadline) {
      reader.poll(listener);
    }
    assertThat(done.getAsBoolean()).as("all records of %s", topic).isTrue();
  }

  /** Fails if there is an unread record. */
  void assertNoMore() {
    List<ConsumerRecord<byte[], byte[]>> more = new ArrayList<>();
    reader.readToEnd(more::add);
    assertThat(more).as("more records of %s", topic).isEmpty();
  }

  @Override
  public void close() {
    reader.close();
  }
}
