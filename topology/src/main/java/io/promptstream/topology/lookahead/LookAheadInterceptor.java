package io.promptstream.topology.lookahead;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Notes the records that a stream thread's main consumer polls, before the thread processes them,
 * and does not change them. Kafka creates it and passes the shared {@link PolledEvents} through the
 * consumer's settings.
 */
public final class LookAheadInterceptor implements ConsumerInterceptor<byte[], byte[]> {
  /** The consumer setting that holds the shared {@link PolledEvents}. */
  static final String POLLED_EVENTS = "promptstream.polled.events";

  private PolledEvents polled;

  @Override
  public void configure(Map<String, ?> configs) {
    polled = (PolledEvents) requireNonNull(configs.get(POLLED_EVENTS), POLLED_EVENTS);
  }

  /** The consumer swallows exceptions of this method, so it does nothing that can fail. */
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
