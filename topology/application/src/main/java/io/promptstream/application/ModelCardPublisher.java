package io.promptstream.application;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.schemas.ModelCard;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.registry.SharedSerdes;
import io.promptstream.topology.retry.RetryPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes model cards to their compacted topic, keyed by model id, before the stream starts, so that
 * a consumer of an embedding finds the card of its model.
 */
final class ModelCardPublisher {
  private static final Logger log = LoggerFactory.getLogger(ModelCardPublisher.class);

  private final PromptStreamConfig config;
  private final String topic;
  private final Serializer<ModelCard> serializer;

  ModelCardPublisher(PromptStreamConfig config, SharedSerdes serdes) {
    this.config = config;
    serializer = serdes.modelCard().serializer();
    this.topic = config.modelsTopic();
  }

  /**
   * Writes cards and waits until all replicas have them, for at most the producer's
   * {@code delivery.timeout.ms}.
   *
   * @throws StartupException if a card cannot be written
   */
  void publish(List<ModelCard> cards) {
    try (Producer<byte[], ModelCard> producer = producer()) {
      // One by one, so that a failure names its model; there are only a few.
      cards.forEach(card -> write(producer, card));
    } catch (KafkaException e) {
      throw failed("model cards", e);
    }
  }

  private Producer<byte[], ModelCard> producer() {
    return new KafkaProducer<>(
        // The producer closes its serializers, but must not close this shared one.
        producerSettings(config),
        new ByteArraySerializer(),
        (cards, card) -> serializer.serialize(cards, card));
  }

  static Map<String, Object> producerSettings(PromptStreamConfig config) {
    Map<String, Object> settings = new HashMap<>(config.clients().producer());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    // No transaction is needed: compaction removes a duplicate card.
    settings.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    return settings;
  }

  private void write(Producer<byte[], ModelCard> producer, ModelCard card) {
    try {
      byte[] key = card.getModelId().getBytes(UTF_8);
      producer.send(new ProducerRecord<>(topic, key, card)).get();
      log.info("Wrote the card of model {} to topic {}", card.getModelId(), topic);
    } catch (ExecutionException e) {
      throw failed("the card of model " + card.getModelId(), e);
    } catch (InterruptedException | InterruptException e) {
      Thread.currentThread().interrupt();
      throw new StartupException("Interrupted while writing model cards.", e);
    }
  }

  private StartupException failed(String what, Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String reason = RetryPolicy.oneLine(String.valueOf(cause.getMessage()));
    return new StartupException(
        "Cannot write %s to topic %s: %s".formatted(what, topic, reason), cause);
  }
}
