package io.promptstream.topology.registry;

import io.promptstream.encoder.Closeables;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.config.PromptStreamConfig;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serde;

/**
 * The serdes of one application, shared by its start and all its tasks: what the registry has told
 * once, it is not asked again. So an application that runs does not need it, not even when a
 * rebalance gives it new tasks, until an event comes with a schema that it has not seen.
 *
 * <p>Then the event waits for the registry, {@link PromptStreamConfig#registryPatience()} at most.
 *
 * <p>Confluent's serializer and deserializer, and so these, may be used by many threads at once.
 */
public final class SharedSerdes implements AutoCloseable {
  private final Serde<PromptEvent> promptEvent;
  private final Serde<SparseEmbedding> sparseEmbedding;
  private final Serde<DenseEmbedding> denseEmbedding;
  private final Serde<ModelCard> modelCard;
  private final Patience patience;
  private final String registryUrl;

  private SharedSerdes(PromptStreamConfig config) {
    Map<String, ?> settings = config.serdeProperties();
    promptEvent = AvroSerdes.promptEvent(settings);
    sparseEmbedding = AvroSerdes.sparseEmbedding(settings);
    denseEmbedding = AvroSerdes.denseEmbedding(settings);
    modelCard = AvroSerdes.modelCard(settings);
    patience = new Patience(config.registryPatience());
    registryUrl = config.clients().registryUrl();
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

  /**
   * Calls what may have to ask the registry, and waits for it while it does not answer.
   *
   * @throws RuntimeException the action's own, if the registry refuses, or did not answer in time
   */
  public <T> T patiently(Supplier<T> action) {
    return patience.call(
        action,
        RegistryFailures::mayPass,
        thrown -> "The schema registry at %s does not answer, and an event waits for it: %s"
            .formatted(registryUrl, RegistryFailures.reason(thrown)));
  }

  /** Lets whoever waits for the registry fail: the application is to stop. */
  public void stopWaiting() {
    patience.stop();
  }

  /** Closes the connections to the registry. */
  @Override
  public void close() {
    stopWaiting();
    Closeables.closeAll(List.of(promptEvent, sparseEmbedding, denseEmbedding, modelCard));
  }
}
