package io.promptstream.topology.registry;

import io.promptstream.encoder.Closeables;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.schemas.serde.RecordSerde;
import io.promptstream.topology.config.PromptStreamConfig;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;

/**
 * The serdes of one application, shared by its start and all its tasks: what the registry has told
 * once, it is not asked again. So an application that runs does not need it, not even when a
 * rebalance gives it new tasks, until an event comes with a schema that it has not seen.
 *
 * <p>Confluent's serializer and deserializer, and so these, may be used by many threads at once.
 */
public final class SharedSerdes implements AutoCloseable {
  private final RecordSerde<PromptEvent> promptEvent;
  private final Serde<SparseEmbedding> sparseEmbedding;
  private final Serde<DenseEmbedding> denseEmbedding;
  private final Serde<ModelCard> modelCard;
  private final PromptEventReader eventReader;

  private SharedSerdes(PromptStreamConfig config) {
    Map<String, ?> settings = config.serdeProperties();
    promptEvent = AvroSerdes.promptEvent(settings);
    sparseEmbedding = AvroSerdes.sparseEmbedding(settings);
    denseEmbedding = AvroSerdes.denseEmbedding(settings);
    modelCard = AvroSerdes.modelCard(settings);
    eventReader = new PromptEventReader(config, promptEvent.deserializer());
  }

  /**
   * Returns serdes with these settings, which have not asked the registry anything yet.
   *
   * @throws org.apache.kafka.common.config.ConfigException if the settings are invalid
   */
  public static SharedSerdes of(PromptStreamConfig config) {
    return new SharedSerdes(config);
  }

  /** Returns the serde of prompts. */
  public Serde<PromptEvent> promptEvent() {
    return promptEvent;
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

  /** Returns what reads the events of the input topic. */
  public PromptEventReader eventReader() {
    return eventReader;
  }

  /** Ends all waits of events for the registry: the application is to stop. */
  public void stopWaiting() {
    eventReader.stop();
  }

  /** Closes the connections to the registry. */
  @Override
  public void close() {
    Closeables.closeAll(
        List.of(eventReader, promptEvent, sparseEmbedding, denseEmbedding, modelCard));
  }
}
