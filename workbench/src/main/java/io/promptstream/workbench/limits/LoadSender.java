package io.promptstream.workbench.limits;

import io.promptstream.topology.cli.CommandFailedException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends a load's events in order of their numbers, as fast as the broker accepts them. */
final class LoadSender implements AutoCloseable {
  /** Client id that is exempt from the quota. */
  static final String CLIENT_ID = "limits-sender";

  private static final int MAX_REQUEST_SIZE = 16 << 20;

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
            MAX_REQUEST_SIZE,
            ProducerConfig.LINGER_MS_CONFIG,
            0),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /**
   * Sends the next events, and waits until the broker has acknowledged them.
   *
   * @throws CommandFailedException if sending an event failed
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

  /** Returns the number of events sent. */
  long sent() {
    return sent;
  }

  /** Returns the number of valid events sent. */
  long good() {
    return good;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    events.close();
  }
}
