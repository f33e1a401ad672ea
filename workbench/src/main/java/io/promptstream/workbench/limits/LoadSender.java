package io.promptstream.workbench.limits;

import io.promptstream.topology.cli.CommandFailedException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends a load's events, one number after the other, as fast as the broker takes them. */
final class LoadSender implements AutoCloseable {
  /** By which the broker knows whom not to slow down. */
  static final String CLIENT_ID = "limits-sender";

  private static final int LARGEST_REQUEST = 16 << 20;

  private final LoadEvents events;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private long sent;
  private long good;

  LoadSender(LimitsEnvironment environment, Load load, String topic) {
    events = new LoadEvents(load, topic, environment.registryUrl());
    producer = new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            environment.bootstrapServers(),
            ProducerConfig.CLIENT_ID_CONFIG,
            CLIENT_ID,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            LARGEST_REQUEST,
            ProducerConfig.LINGER_MS_CONFIG,
            0),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /**
   * Sends so many more, and waits until the broker has them.
   *
   * @throws CommandFailedException if it refuses one
   */
  void send(int count) {
    for (int i = 0; i < count; i++) {
      good += events.good(sent) ? 1 : 0;
      var unused = producer.send(events.record(sent++), (metadata, thrown) -> {
        if (thrown != null) {
          failure.compareAndSet(null, thrown);
        }
      });
    }
    producer.flush();
    Exception thrown = failure.get();
    if (thrown != null) {
      throw new CommandFailedException("An event cannot be sent: " + thrown.getMessage(), thrown);
    }
  }

  /** Returns how many were sent. */
  long sent() {
    return sent;
  }

  /** Returns how many of them can be encoded. */
  long good() {
    return good;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    events.close();
  }
}
