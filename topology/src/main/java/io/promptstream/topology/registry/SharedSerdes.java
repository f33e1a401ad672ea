package io.promptstream.topology.registry;

import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import io.promptstream.encoder.Closeables;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.schemas.serde.RecordSerde;
import io.promptstream.topology.config.PromptStreamConfig;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;

/**
 * The serdes of one application, shared by its start and all its tasks, so that each request to the
 * registry is made only once. A running application therefore does not need the registry, not even
 * when a rebalance assigns new tasks, until an event has a schema that is not in memory.
 *
 * <p>Confluent's serializers and deserializers, and so these serdes, are thread-safe.
 */
public final class SharedSerdes implements AutoCloseable {
  private static final Map<String, String> IN_MEMORY = Map.of(
      AbstractKafkaSchemaSerDeConfig.SCHEMA_REGISTRY_URL_CONFIG, "mock://promptstream-in-memory");

  private final RecordSerde<PromptEvent> promptEvent;
  private final RecordSerde<PromptAction> promptAction;
  private final Serde<SparseEmbedding> sparseEmbedding;
  private final Serde<DenseEmbedding> denseEmbedding;
  private final Serde<ModelCard> modelCard;
  private final RecordReader<PromptEvent> eventReader;
  private final RecordReader<PromptAction> actionReader;

  private SharedSerdes(PromptStreamConfig config, Map<String, ?> settings) {
    promptEvent = AvroSerdes.promptEvent(settings);
    promptAction = AvroSerdes.promptAction(settings);
    sparseEmbedding = AvroSerdes.sparseEmbedding(settings);
    denseEmbedding = AvroSerdes.denseEmbedding(settings);
    modelCard = AvroSerdes.modelCard(settings);
    eventReader = new RecordReader<>(config, config.inputTopic(), promptEvent.deserializer());
    actionReader = new RecordReader<>(config, config.actionsTopic(), promptAction.deserializer());
  }

  /**
   * Returns serdes with these settings; they have not sent any request to the registry yet.
   *
   * @throws org.apache.kafka.common.config.ConfigException if the settings are invalid
   */
  public static SharedSerdes of(PromptStreamConfig config) {
    return new SharedSerdes(config, config.serdeProperties());
  }

  /** Returns serdes with a registry in this process, for records that do not leave it. */
  public static SharedSerdes inMemory(PromptStreamConfig config) {
    return new SharedSerdes(config, IN_MEMORY);
  }

  /** Returns the serde of prompt events. */
  public Serde<PromptEvent> promptEvent() {
    return promptEvent;
  }

  /** Returns the serde of actions. */
  public Serde<PromptAction> promptAction() {
    return promptAction;
  }

  /** Returns the serde of sparse embeddings. */
  public Serde<SparseEmbedding> sparseEmbedding() {
    return sparseEmbedding;
  }

  /** Returns the serde of dense embeddings. */
  public Serde<DenseEmbedding> denseEmbedding() {
    return denseEmbedding;
  }

  /** Returns the serde of model cards. */
  public Serde<ModelCard> modelCard() {
    return modelCard;
  }

  /** Returns the reader for events of the input topic. */
  public RecordReader<PromptEvent> eventReader() {
    return eventReader;
  }

  /** Returns the reader for actions of the topic of actions. */
  public RecordReader<PromptAction> actionReader() {
    return actionReader;
  }

  /** Ends all waits of events for the registry, because the application stops. */
  public void stopWaiting() {
    eventReader.stop();
    actionReader.stop();
  }

  /** Closes the connections to the registry. */
  @Override
  public void close() {
    Closeables.closeAll(List.of(
        eventReader,
        actionReader,
        promptEvent,
        promptAction,
        sparseEmbedding,
        denseEmbedding,
        modelCard));
  }
}
