package io.promptstream.workbench.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.cli.CommandFailedException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/** Sends a plan's events to one topic, keyed by image id. */
final class EventSender implements AutoCloseable {
  /** Header with the event's number; outputs keep the headers of their event. */
  static final String NUMBER = "bench.number";

  private final String topic;
  private final EventGenerator generator;
  private final Serde<PromptEvent> serde;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  EventSender(BenchEnvironment environment, String topic, BenchPlan plan) {
    this.topic = topic;
    generator = new EventGenerator(plan);
    serde = AvroSerdes.promptEvent(Map.of("schema.registry.url", environment.registryUrl()));
    producer = new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            environment.bootstrapServers(),
            // In latency runs an event must not wait for the next one.
            ProducerConfig.LINGER_MS_CONFIG,
            0),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** Sends the events from {@code from} to {@code to}, exclusive, as fast as possible. */
  void send(long from, long to) throws InterruptedException {
    for (long number = from; number < to; number++) {
      send(number, appended -> {});
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /**
   * Sends one event without waiting for the acknowledgement.
   *
   * @param appended receives the broker's append time in milliseconds, on the producer's thread
   */
  void send(long number, LongConsumer appended) {
    PromptEvent event = generator.event(number);
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
        topic, event.getImageId().getBytes(UTF_8), serde.serializer().serialize(topic, event));
    record.headers().add(NUMBER, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    // The callback gets the same result as the future.
    var unused = producer.send(record, (metadata, thrown) -> {
      if (thrown == null) {
        appended.accept(metadata.timestamp());
      } else {
        failure.compareAndSet(null, thrown);
      }
    });
  }

  /** Returns the event number in an output's headers. */
  static long number(Headers headers) {
    return ByteBuffer.wrap(headers.lastHeader(NUMBER).value()).getLong();
  }

  /**
   * Waits until the broker has acknowledged all events.
   *
   * @throws CommandFailedException if sending an event failed
   */
  void flush() {
    producer.flush();
    Exception thrown = failure.get();
    if (thrown != null) {
      throw new CommandFailedException("An event cannot be sent: " + thrown.getMessage(), thrown);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    serde.close();
  }
}
