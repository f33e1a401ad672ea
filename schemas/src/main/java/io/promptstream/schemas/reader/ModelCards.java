package io.promptstream.schemas.reader;

import io.promptstream.schemas.ModelCard;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads model cards from their topic, when a model is first needed. */
final class ModelCards implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final TopicPartition partition;
  private final Consumer<byte[], byte[]> consumer;
  private final Deserializer<ModelCard> deserializer;
  private final Duration timeout;
  private final Map<String, ModelCard> cards = new HashMap<>();
  private final Map<String, Model> models = new HashMap<>();

  /** A card and the positional encoding [embedding width, grid, grid] that it gives. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Model(ModelCard card, float[] imagePe) {
    Model(ModelCard card) {
      this(card, ModelCardReader.denseEmbeddingPositionalEncoding(card));
    }
  }

  ModelCards(
      Consumer<byte[], byte[]> consumer,
      Deserializer<ModelCard> deserializer,
      String topic,
      Duration timeout) {
    this.consumer = consumer;
    this.deserializer = deserializer;
    this.timeout = timeout;
    partition = new TopicPartition(topic, 0);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /**
   * Returns a model. Waits for its card, which may arrive after the first embeddings.
   *
   * @throws IllegalArgumentException if there is no card before the timeout, or it is inconsistent
   */
  Model get(String modelId) {
    Model model = models.get(modelId);
    if (model == null) {
      model = new Model(card(modelId));
      models.put(modelId, model);
    }
    return model;
  }

  private ModelCard card(String modelId) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      ModelCard card = cards.get(modelId);
      if (card != null) {
        return card;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalArgumentException("Model %s has no card after %d s."
            .formatted(DenseEmbeddingReader.shortened(modelId), timeout.toSeconds()));
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        add(record);
      }
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    try {
      ModelCard card = deserializer.deserialize(record.topic(), record.headers(), record.value());
      if (card != null) {
        cards.put(card.getModelId(), card);
      }
    } catch (RuntimeException e) {
      // Skips no card: the registry can answer later.
      consumer.seek(partition, record.offset());
      throw e;
    }
  }

  @Override
  public void close() {
    consumer.close();
    deserializer.close();
  }
}
