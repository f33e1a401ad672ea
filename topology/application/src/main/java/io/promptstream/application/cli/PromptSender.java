package io.promptstream.application.cli;

import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.config.ClientSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends prompts or actions to a topic, keyed by their image, each once and acknowledged by all
 * replicas.
 */
final class PromptSender<T> implements AutoCloseable {
  private static final int MAX_FAILURES = 10;

  private final String topic;
  private final Kind<T> kind;
  private final Producer<String, T> producer;
  // Written by the producer's thread, read after a flush.
  private final List<String> failures = new ArrayList<>();
  private long sent;
  private long failed;

  /**
   * The results of all sends.
   *
   * @param sent number of records that the brokers acknowledged
   * @param failed number of records that could not be sent
   * @param failures one sentence for each of the first failures
   */
  record Report(long sent, long failed, List<String> failures) {}

  /**
   * What is sent.
   *
   * @param name one of them, as a word
   * @param imageId returns the key
   * @param id returns what identifies one in a message
   */
  private record Kind<T>(String name, Function<T, String> imageId, Function<T, String> id) {}

  private PromptSender(String topic, Kind<T> kind, Producer<String, T> producer) {
    this.topic = topic;
    this.kind = kind;
    this.producer = producer;
  }

  /**
   * Connects to the brokers, to send prompts.
   *
   * @throws CommandFailedException if no broker has the topic
   */
  static PromptSender<PromptEvent> ofPrompts(ClientSettings clients, String topic) {
    return connect(
        clients,
        topic,
        new Kind<>("prompt", PromptEvent::getImageId, PromptEvent::getPromptId),
        AvroSerdes.promptEvent(clients.serde()).serializer());
  }

  /**
   * Connects to the brokers, to send actions.
   *
   * @throws CommandFailedException if no broker has the topic
   */
  static PromptSender<PromptAction> ofActions(ClientSettings clients, String topic) {
    return connect(
        clients,
        topic,
        new Kind<>("action", PromptAction::getImageId, PromptAction::getActionId),
        AvroSerdes.promptAction(clients.serde()).serializer());
  }

  private static <T> PromptSender<T> connect(
      ClientSettings clients, String topic, Kind<T> kind, Serializer<T> serializer) {
    try {
      PromptSender<T> sender =
          new PromptSender<>(topic, kind, producer(clients, new StringSerializer(), serializer));
      sender.requireTopic(clients.bootstrapServers());
      return sender;
    } catch (ConfigException e) {
      throw e;
    } catch (KafkaException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new CommandFailedException(
          "Cannot connect to bootstrap.servers=%s: %s"
              .formatted(clients.bootstrapServers(), cause.getMessage()),
          e);
    }
  }

  /** Creates a producer that sends each record once, acknowledged by all replicas. */
  static <K, V> Producer<K, V> producer(
      ClientSettings clients, Serializer<K> keys, Serializer<V> values) {
    Map<String, Object> settings = new HashMap<>(clients.producer());
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    // Kafka's default of a minute is too long to find out that an address is wrong.
    settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, "15000");
    return new KafkaProducer<>(settings, keys, values);
  }

  private void requireTopic(String bootstrapServers) {
    try {
      producer.partitionsFor(topic);
    } catch (KafkaException e) {
      producer.close(Duration.ZERO);
      throw new CommandFailedException(
          "Cannot send to topic %s at bootstrap.servers=%s: %s"
              .formatted(topic, bootstrapServers, e.getMessage()),
          e);
    }
  }

  /**
   * Sends a prompt or action; the report says whether it arrived.
   *
   * @throws CommandFailedException if it cannot be serialized, for example without a registry, or
   *     the producer is broken
   */
  void send(T record) {
    try {
      // The callback receives the result, so the future is not needed.
      var unused = producer.send(
          new ProducerRecord<>(topic, kind.imageId().apply(record), record),
          (metadata, failure) -> count(kind.id().apply(record), failure));
    } catch (KafkaException e) {
      // The serializer's own message contains the whole schema.
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new CommandFailedException(
          "Cannot send %s %s: the schema registry or the broker returns %s"
              .formatted(kind.name(), kind.id().apply(record), cause),
          e);
    }
  }

  private synchronized void count(String id, @Nullable Exception failure) {
    if (failure == null) {
      sent++;
      return;
    }
    failed++;
    if (failures.size() < MAX_FAILURES) {
      failures.add("The %s %s was not sent: %s".formatted(kind.name(), id, failure.getMessage()));
    }
  }

  /** Returns what it sends, as a word in the plural. */
  String what() {
    return kind.name() + 's';
  }

  /** Waits until every record is acknowledged or has failed. */
  Report finish() {
    producer.flush();
    synchronized (this) {
      return new Report(sent, failed, List.copyOf(failures));
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
