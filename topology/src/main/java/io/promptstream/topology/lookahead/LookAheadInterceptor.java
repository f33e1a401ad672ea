package io.promptstream.topology.lookahead;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Takes note of what a stream thread's main consumer polls, before the thread processes it, and
 * changes nothing. Made by Kafka, which gives it the shared object through the consumer's settings.
 */
public final class LookAheadInterceptor implements ConsumerInterceptor<byte[], byte[]> {
  /** The consumer's setting that carries the shared object. */
  static final String POLLED_EVENTS = "promptstream.polled.events";

  private PolledEvents polled;

  @Override
  public void configure(Map<String, ?> configs) {
    polled = (PolledEvents) requireNonNull(configs.get(POLLED_EVENTS), POLLED_EVENTS);
  }

  /** The consumer swallows what is thrown here, so nothing that can fail is done here. */
  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    polled.note(records);
    return records;
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

  @Override
  public void close() {}
}
