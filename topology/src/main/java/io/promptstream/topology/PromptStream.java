package io.promptstream.topology;

import static java.util.Objects.requireNonNull;

import io.promptstream.encoder.Closeables;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.topology.lookahead.LookAhead;
import io.promptstream.topology.registry.SharedSerdes;
import io.promptstream.topology.session.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.jspecify.annotations.Nullable;

/**
 * Prompt encoding for an application that starts Kafka Streams itself: as a {@linkplain #topology()
 * whole topology}, or as {@linkplain #addTo(StreamsBuilder) one step} of another topology.
 *
 * <pre>{@code
 * try (PromptStream promptStream = PromptStream.of(config);
 *     KafkaStreams streams =
 *         new KafkaStreams(promptStream.topology(), promptStream.properties())) {
 *   streams.start();
 *   ...
 * }
 * }</pre>
 *
 * <p>Kafka Streams must get {@link #properties()}. Without them the stream thread fails when it
 * initializes its first task, with a message that says so.
 *
 * <p>One instance is for one {@code KafkaStreams}, and is closed after it. It checks no topics and
 * publishes no model cards; the application does.
 */
public final class PromptStream implements AutoCloseable {
  private static final String SPARSE_STREAM = "sparse-embeddings";
  private static final String DENSE_STREAM = "dense-embeddings";

  private final PromptStreamConfig config;
  private final Models models;
  private final LookAhead lookAhead;
  private final SharedSerdes serdes;
  private final EncodingStep step;
  private final List<AutoCloseable> owned;

  private PromptStream(
      PromptStreamConfig config, Models models, SharedSerdes serdes, List<AutoCloseable> owned) {
    this.config = config;
    this.models = models;
    this.serdes = serdes;
    this.owned = List.copyOf(owned);
    lookAhead = LookAhead.of(config);
    step = new EncodingStep(config, models, lookAhead, serdes);
  }

  /**
   * Loads the models and makes the registry's client; does not connect to brokers or registry.
   *
   * @throws org.apache.kafka.common.config.ConfigException if the registry client's settings are
   *     invalid
   * @throws RuntimeException if a model does not load
   */
  public static PromptStream of(PromptStreamConfig config) {
    return builder(config).build();
  }

  /** Returns a builder for an application that has loaded models, or serdes, already. */
  public static Builder builder(PromptStreamConfig config) {
    return new Builder(config);
  }

  /**
   * Returns a new topology that reads {@link PromptStreamConfig#inputTopic()} and writes to
   * {@link PromptStreamConfig#sparseTopic()} and {@link PromptStreamConfig#denseTopic()}. The
   * embeddings of an event have the partition number of the event. With
   * {@link PromptStreamConfig#sessions()} it also reads {@link PromptStreamConfig#actionsTopic()}
   * and writes the prompts of sessions to the input topic.
   */
  public Topology topology() {
    Topology topology = PromptStreamTopology.build(config, () -> new PromptEncodingProcessor(step));
    return config.sessions()
        ? PromptStreamTopology.withSessions(topology, config, step.sessions())
        : topology;
  }

  /**
   * Adds the encoding of {@link PromptStreamConfig#inputTopic()} to another topology, without
   * sessions. Rejected events go to {@link PromptStreamConfig#errorsTopic()}.
   *
   * <p>The caller must
   *
   * <ul>
   *   <li>start Kafka Streams with {@link #properties()}, or with other properties to which
   *       {@link #properties()} are added last. PromptStream's defaults then replace the caller's
   *       values; a setting in {@link PromptStreamConfig} keeps the caller's value;
   *   <li>use byte array serdes for both streams. The schemas are registered under the subjects of
   *       {@link PromptStreamConfig#sparseTopic()} and {@link PromptStreamConfig#denseTopic()}, so
   *       the streams should be written to these topics, if they are written to topics;
   *   <li>use byte array serdes wherever it reads the input topic itself: Kafka Streams makes one
   *       source of both.
   * </ul>
   *
   * <p>This method reads the topic itself: look-ahead finds an event by its offset and by the array
   * that the consumer polled, so no step may come between them.
   *
   * <p>{@link #properties()} also set the exception handlers of the whole application: an exception
   * of another processor stops it.
   *
   * @param builder a topology to which no other encoding is added: {@link StreamsBuilder#build()}
   *     refuses a second one
   */
  public EmbeddingStreams addTo(StreamsBuilder builder) {
    KStream<byte[], byte[]> embeddings = builder.stream(
            config.inputTopic(),
            Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
                .withTimestampExtractor(new EventTime())
                .withName(PromptStreamTopology.SOURCE))
        .processValues(
            () -> new EmbeddingValuesProcessor(step, SPARSE_STREAM, DENSE_STREAM),
            Named.as(PromptStreamTopology.ENCODER));
    return new EmbeddingStreams(
        embeddings.mapValues(value -> value, Named.as(SPARSE_STREAM)),
        embeddings.mapValues(value -> value, Named.as(DENSE_STREAM)));
  }

  /**
   * Returns the properties for Kafka Streams: the settings of the configuration, look-ahead, and
   * the handlers that send rejected events to the error topic. The caller's own copy.
   */
  public Properties properties() {
    Properties properties = config.streamsProperties();
    lookAhead.install(properties);
    if (config.sessions()) {
      Sessions.install(properties);
    }
    return properties;
  }

  /**
   * Encodes synthetic events of every kind until the Java virtual machine has compiled the code, at
   * most for {@link PromptStreamConfig#warmUp()}, so that the first events of the stream are not
   * slow. To be called before Kafka Streams is started; an interrupt ends it.
   *
   * <p>It connects to nothing, registers nothing, changes no metrics of the stream, and drops the
   * embeddings. If a model fails, it logs a warning and returns: the stream handles the failures of
   * real events.
   */
  public void warmUp() {
    Duration limit = config.warmUp();
    if (!limit.isZero()) {
      WarmUp.run(config, models, limit);
    }
  }

  /** Returns the serdes of events and embeddings, for processors before and after the encoding. */
  public SharedSerdes serdes() {
    return serdes;
  }

  /**
   * Closes the models and the registry's client, but not what the builder was given. To be called
   * after Kafka Streams is closed.
   */
  @Override
  public void close() {
    Closeables.closeAll(owned);
  }

  /** Takes what an application has already. The caller owns it, and closes it after its stream. */
  public static final class Builder {
    private final PromptStreamConfig config;
    private @Nullable Models models;
    private @Nullable SharedSerdes serdes;

    private Builder(PromptStreamConfig config) {
      this.config = requireNonNull(config, "config");
    }

    /** Takes loaded models in place of those that the configuration names. */
    public Builder models(Models loaded) {
      models = requireNonNull(loaded, "loaded");
      return this;
    }

    /** Takes one loaded model in place of those that the configuration names. */
    public Builder encoder(PromptEncoder loaded) {
      return models(Models.of(loaded));
    }

    /** Takes serdes in place of new ones, so that the registry's answers are shared. */
    public Builder serdes(SharedSerdes shared) {
      serdes = requireNonNull(shared, "shared");
      return this;
    }

    /**
     * Makes the serdes and loads the models that were not given; if one fails, nothing stays open.
     *
     * @throws org.apache.kafka.common.config.ConfigException if the registry client's settings are
     *     invalid
     * @throws RuntimeException if a model does not load
     */
    public PromptStream build() {
      List<AutoCloseable> owned = new ArrayList<>();
      try {
        SharedSerdes itsSerdes = serdes;
        if (itsSerdes == null) {
          itsSerdes = SharedSerdes.of(config);
          owned.add(itsSerdes);
        }
        Models itsModels = models;
        if (itsModels == null) {
          itsModels = Models.load(config.modelOptions(), SamPromptEncoder::load);
          owned.add(itsModels);
        }
        return new PromptStream(config, itsModels, itsSerdes, owned);
      } catch (RuntimeException | Error e) {
        Closeables.closeAllAfter(e, owned);
        throw e;
      }
    }
  }
}
