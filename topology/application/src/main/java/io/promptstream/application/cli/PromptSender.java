package io.promptstream.application.cli;

import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.config.ClientSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Sends prompts to a topic, keyed by their image, each once and acknowledged by all replicas. */
final class PromptSender implements AutoCloseable {
  private static final int MAX_FAILURES = 10;

  private final String topic;
  private final Producer<String, PromptEvent> producer;
  // Written by the producer's thread, read after a flush.
  private final List<String> failures = new ArrayList<>();
  private long sent;
  private long failed;

  /**
   * The results of all sends.
   *
   * @param sent number of prompts that the brokers acknowledged
   * @param failed number of prompts that could not be sent
   * @param failures one sentence for each of the first failures
   */
  record Report(long sent, long failed, List<String> failures) {}

  private PromptSender(String topic, Producer<String, PromptEvent> producer) {
    this.topic = topic;
    this.producer = producer;
  }

  /**
   * Connects to the brokers.
   *
   * @throws CommandFailedException if no broker has the topic
   */
  static PromptSender connect(ClientSettings clients, String topic) {
    try {
      PromptSender sender = new PromptSender(
          topic,
          producer(
              clients,
              new StringSerializer(),
              AvroSerdes.promptEvent(clients.serde()).serializer()));
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
   * Sends a prompt; the report says whether it arrived.
   *
   * @throws CommandFailedException if it cannot be serialized, for example without a registry, or
   *     the producer is broken
   */
  void send(PromptEvent prompt) {
    try {
      // The callback receives the result, so the future is not needed.
      var unused = producer.send(
          new ProducerRecord<>(topic, prompt.getImageId(), prompt),
          (metadata, failure) -> count(prompt.getPromptId(), failure));
    } catch (KafkaException e) {
      // The serializer's own message contains the whole schema.
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new CommandFailedException(
          "Cannot send prompt %s: the schema registry or the broker returns %s"
              .formatted(prompt.getPromptId(), cause),
          e);
    }
  }

  private synchronized void count(String promptId, @Nullable Exception failure) {
    if (failure == null) {
      sent++;
      return;
    }
    failed++;
    if (failures.size() < MAX_FAILURES) {
      failures.add("Prompt %s was not sent: %s".formatted(promptId, failure.getMessage()));
    }
  }

  /** Waits until every prompt is acknowledged or has failed. */
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
