package io.promptstream.workbench.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.workbench.services.RecordSender;
import io.promptstream.workbench.services.Services;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serde;

/** Sends the events of a launch, prompts or actions, to its input topic, keyed by image id. */
final class EventSender implements AutoCloseable {
  private final Launch launch;
  private final EventGenerator generator;
  private final Serde<PromptEvent> events;
  private final Serde<PromptAction> actions;
  private final RecordSender sender;

  EventSender(Services services, Launch launch) {
    this.launch = launch;
    generator = new EventGenerator(launch.plan().workload());
    Map<String, String> registry = Map.of("schema.registry.url", services.registryUrl());
    events = AvroSerdes.promptEvent(registry);
    actions = AvroSerdes.promptAction(registry);
    sender = new RecordSender(Map.of(
        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
        services.bootstrapServers(),
        // In latency runs an event must not wait for the next one.
        ProducerConfig.LINGER_MS_CONFIG,
        0));
  }

  /** Sends the events from {@code from} to {@code to}, exclusive, as fast as possible. */
  void send(long from, long to) throws InterruptedException {
    for (long number = from; number < to; number++) {
      var unused = sender.send(record(number));
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    sender.flush();
  }

  /**
   * Sends one event, with its number in a header, without waiting for the acknowledgement.
   *
   * @param appended receives the broker's append time in milliseconds, on the producer's thread
   */
  void send(long number, LongConsumer appended) {
    ProducerRecord<byte[], byte[]> record = record(number);
    record.headers().add(RecordSender.number(number));
    // The callback gets the same result as the future.
    var unused = sender.send(record, metadata -> appended.accept(metadata.timestamp()));
  }

  private ProducerRecord<byte[], byte[]> record(long number) {
    String topic = launch.input();
    if (launch.plan().workload().hasActions()) {
      PromptAction action = ActionGenerator.action(number);
      return record(action.getImageId(), actions.serializer().serialize(topic, action));
    }
    PromptEvent event = generator.event(number);
    return record(
        event.getImageId(),
        launch.contestant().readsFloats()
            ? EventFloats.of(event)
            : events.serializer().serialize(topic, event));
  }

  private ProducerRecord<byte[], byte[]> record(String image, byte[] value) {
    return new ProducerRecord<>(launch.input(), image.getBytes(UTF_8), value);
  }

  /** Waits until the broker has acknowledged all events, see {@link RecordSender#flush}. */
  void flush() {
    sender.flush();
  }

  @Override
  public void close() {
    sender.close();
    events.close();
    actions.close();
  }
}
