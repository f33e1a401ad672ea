package io.promptstream.workbench.fuzz;

import io.promptstream.topology.cli.CommandFailedException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends events and records their offsets. */
final class FuzzSender implements AutoCloseable {
  /** Larger values exceed the input topic's limit unless they are compressed. */
  private static final int MAX_UNCOMPRESSED = 1_040_000;

  private final KafkaProducer<byte[], byte[]> plain;
  private final KafkaProducer<byte[], byte[]> compressing;
  private final long firstTimestamp;
  private final AtomicLongArray offsets;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /**
   * Connects.
   *
   * @param firstTimestamp timestamp of event 0, in milliseconds; each next event is 1 ms later
   */
  FuzzSender(String bootstrapServers, int events, long firstTimestamp) {
    this.firstTimestamp = firstTimestamp;
    offsets = new AtomicLongArray(events);
    plain = producer(bootstrapServers, "none");
    compressing = producer(bootstrapServers, "gzip");
  }

  private static KafkaProducer<byte[], byte[]> producer(String servers, String compression) {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            servers,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            compression,
            ProducerConfig.LINGER_MS_CONFIG,
            20,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            32 << 20),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** Sends one event without waiting for the acknowledgement. */
  void send(FuzzEvent event) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
        FuzzEnvironment.INPUT,
        event.partition(),
        firstTimestamp + event.number(),
        event.key(),
        event.value(),
        event.headers());
    byte[] value = event.value();
    var producer = value != null && value.length > MAX_UNCOMPRESSED ? compressing : plain;
    // The callback gets the same result as the future.
    var unused = producer.send(record, (metadata, thrown) -> {
      if (thrown == null) {
        offsets.set(event.number(), metadata.offset());
      } else {
        failure.compareAndSet(null, thrown);
      }
    });
  }

  /**
   * Waits until the broker has acknowledged all events.
   *
   * @return the offset of each event in its partition
   * @throws CommandFailedException if sending an event failed
   */
  long[] flush() {
    plain.flush();
    compressing.flush();
    Exception thrown = failure.get();
    if (thrown != null) {
      throw new CommandFailedException("An event cannot be sent: " + thrown.getMessage(), thrown);
    }
    long[] all = new long[offsets.length()];
    for (int i = 0; i < all.length; i++) {
      all[i] = offsets.get(i);
    }
    return all;
  }

  @Override
  public void close() {
    plain.close(Duration.ofSeconds(5));
    compressing.close(Duration.ofSeconds(5));
  }
}
