package io.promptstream.schemas.serde;

import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.serialization.Serde;

/**
 * Serdes for record values in Confluent's wire format; subjects are named by topic.
 *
 * <p>The configuration is passed unchanged to Confluent's serializer and schema-registry client:
 * {@code schema.registry.url} ({@code mock://any-scope} for tests), {@code auto.register.schemas},
 * {@code basic.auth.credentials.source}, {@code schema.registry.ssl.*} and the rest. By default,
 * schemas are registered without Java-specific properties ({@code avro.remove.java.properties}).
 *
 * <p>The serdes are already configured. They own their connection to the registry, so close them. A
 * null value serializes to null and deserializes to null. Reading accepts every compatible writer's
 * schema and throws
 *
 * <ul>
 *   <li>{@link UndecodableRecordException} for bytes that can never be decoded;
 *   <li>any other Kafka exception if the registry cannot be reached, denies access or fails: the
 *       record may be valid, so do not skip it.
 * </ul>
 */
public final class AvroSerdes {
  private AvroSerdes() {}

  /**
   * Returns the serde of prompts.
   *
   * @throws org.apache.kafka.common.config.ConfigException if the configuration is invalid
   */
  public static RecordSerde<PromptEvent> promptEvent(Map<String, ?> config) {
    return serde(PromptEvent.class, PromptEvent.getClassSchema(), config);
  }

  /**
   * Returns the serde of actions.
   *
   * @throws org.apache.kafka.common.config.ConfigException if the configuration is invalid
   */
  public static RecordSerde<PromptAction> promptAction(Map<String, ?> config) {
    return serde(PromptAction.class, PromptAction.getClassSchema(), config);
  }

  /**
   * Returns the serde of sparse embeddings.
   *
   * @throws org.apache.kafka.common.config.ConfigException if the configuration is invalid
   */
  public static Serde<SparseEmbedding> sparseEmbedding(Map<String, ?> config) {
    return serde(SparseEmbedding.class, SparseEmbedding.getClassSchema(), config);
  }

  /**
   * Returns the serde of dense embeddings.
   *
   * @throws org.apache.kafka.common.config.ConfigException if the configuration is invalid
   */
  public static Serde<DenseEmbedding> denseEmbedding(Map<String, ?> config) {
    return serde(DenseEmbedding.class, DenseEmbedding.getClassSchema(), config);
  }

  /**
   * Returns the serde of model cards.
   *
   * @throws org.apache.kafka.common.config.ConfigException if the configuration is invalid
   */
  public static Serde<ModelCard> modelCard(Map<String, ?> config) {
    return serde(ModelCard.class, ModelCard.getClassSchema(), config);
  }

  private static <T extends SpecificRecordBase> RecordSerde<T> serde(
      Class<T> type, Schema schema, Map<String, ?> config) {
    TrustedRecords.add();
    return new RecordSerde<>(
        new RecordSerializer<>(config), new RecordDeserializer<>(type, schema, config));
  }
}
