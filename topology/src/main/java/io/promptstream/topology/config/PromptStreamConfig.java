package io.promptstream.topology.config;

import static java.util.Objects.requireNonNull;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.EncoderOptions;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The checked settings of one PromptStream application.
 *
 * <p>Our own settings begin with {@code promptstream.}. All others go unchanged to Kafka Streams,
 * with Kafka Streams' prefixes ({@code producer.}, {@code main.consumer.} and so on), and to the
 * schema registry's client. {@link SettingsTable} documents them.
 */
public final class PromptStreamConfig {
  /** Setting: where the weights are. */
  public static final String CHECKPOINT = "promptstream.checkpoint";

  /** The name of an application's only model. */
  public static final String DEFAULT_MODEL = "default";

  /** Setting: several models instead of one. */
  public static final String MODELS = "promptstream.models";

  /** Setting: the model family, or {@code auto} to detect it from the checkpoint. */
  public static final String PROFILE = "promptstream.profile";

  /** Setting: where the model runs. */
  public static final String DEVICE = "promptstream.device";

  /** Setting: element type of the embeddings. */
  public static final String DATA_TYPE = "promptstream.data.type";

  /** Setting: form of the dense embedding of a prompt with a mask. */
  public static final String DENSE_FORMAT = "promptstream.dense.format";

  /** Setting: maximum number of points of an event. */
  public static final String MAX_POINTS = "promptstream.max.points";

  /** Setting: maximum number of headers of an event. */
  public static final String MAX_HEADERS = "promptstream.max.headers";

  /** Setting: maximum number of events that are encoded in one call. */
  public static final String LOOKAHEAD_MAX_PROMPTS = "promptstream.lookahead.max.prompts";

  /** Setting: maximum number of events with a mask that are encoded in one call. */
  public static final String LOOKAHEAD_MAX_MASKS = "promptstream.lookahead.max.masks";

  /** Setting: whether to create missing topics. */
  public static final String TOPICS_CREATE = "promptstream.topics.create";

  /** Setting: partitions of the input topic, if it is created. */
  public static final String TOPICS_PARTITIONS = "promptstream.topics.partitions";

  /** Setting: replication factor of topics that are created. */
  public static final String TOPICS_REPLICATION_FACTOR = "promptstream.topics.replication.factor";

  /** Setting: how long a start waits for brokers and registry, and again for the stream to run. */
  public static final String START_TIMEOUT = "promptstream.start.timeout.ms";

  /** Setting: whether a stopping instance leaves the consumer group. */
  public static final String CLOSE_LEAVE_GROUP = "promptstream.close.leave.group";

  /** Setting: how long a stopping instance may take to finish the events in progress. */
  public static final String CLOSE_TIMEOUT = "promptstream.close.timeout.ms";

  /** Setting: how long an event waits for a registry that does not answer. */
  public static final String REGISTRY_TIMEOUT = "promptstream.registry.timeout.ms";

  /** Setting: how long an event waits for a schema that the registry does not know. */
  public static final String UNKNOWN_SCHEMA_GRACE = "promptstream.registry.unknown.schema.grace.ms";

  private final AbstractConfig own;
  private final TopicNames topics;
  private final Map<String, EncoderOptions> models;
  private final ClientSettings clients;
  private final Map<String, String> streams;
  private final int maxRequestSize;
  private final long producerBufferMemory;
  private final ConsumerLimits consumerLimits;
  private final RegistryTimeouts registryWait;

  private PromptStreamConfig(Map<String, String> settings) {
    ConfigDef definition = OwnSettings.definition();
    OwnSettings.refuseUnknown(settings, definition);
    StreamsSettings.refuseReserved(settings);
    own = new AbstractConfig(definition, ModelsSetting.withCheckpoint(settings), false);
    topics = TopicNames.of(own);
    models = models();
    streams = RegistryCredentials.apart(
        StreamsSettings.withDefaults(settings, encoderOptions().denseFormat()));
    clients = ClientSettings.of(streams);
    Map<String, String> producer = clients.producer();
    maxRequestSize =
        (Integer) value(producer, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, ConfigDef.Type.INT);
    producerBufferMemory =
        (Long) value(producer, ProducerConfig.BUFFER_MEMORY_CONFIG, ConfigDef.Type.LONG);
    consumerLimits = ConsumerLimits.of(streams);
    registryWait = RegistryTimeouts.of(own, streams, consumerLimits, producer);
    StreamsConfig.configDef().parse(streamsProperties());
  }

  /**
   * Checks settings as they are in a configuration file. {@link ConfigLoader} has replaced the
   * references to config providers.
   *
   * @throws ConfigException with one sentence that names the setting and its value, if it is
   *     missing, invalid, unknown under our prefix, or reserved for PromptStream
   */
  public static PromptStreamConfig of(Map<String, String> settings) {
    return new PromptStreamConfig(settings);
  }

  private Map<String, EncoderOptions> models() {
    String named = own.getString(MODELS);
    if (named == null) {
      return Map.of(DEFAULT_MODEL, options(own.getString(CHECKPOINT), own.getString(PROFILE)));
    }
    Map<String, EncoderOptions> options = new LinkedHashMap<>();
    ModelsSetting.parse(named)
        .forEach((name, source) -> options.put(
            name,
            options(
                source.checkpoint(),
                source.profile() == null ? own.getString(PROFILE) : source.profile())));
    return options;
  }

  private EncoderOptions options(String checkpoint, String profile) {
    return new EncoderOptions(
        checkpoint,
        profile,
        own.getString(DEVICE),
        DataType.valueOf(own.getString(DATA_TYPE).toUpperCase(Locale.ROOT)),
        DenseFormat.valueOf(own.getString(DENSE_FORMAT).toUpperCase(Locale.ROOT)),
        own.getInt(MAX_POINTS));
  }

  /** Returns the five topics. */
  public TopicNames topics() {
    return topics;
  }

  /** Returns the topic of prompt events. */
  public String inputTopic() {
    return topics.input();
  }

  /** Returns the topic of sparse embeddings. */
  public String sparseTopic() {
    return topics.sparse();
  }

  /** Returns the topic of dense embeddings. */
  public String denseTopic() {
    return topics.dense();
  }

  /** Returns the topic of rejected events. */
  public String errorsTopic() {
    return topics.errors();
  }

  /** Returns the topic of model cards. */
  public String modelsTopic() {
    return topics.models();
  }

  /** Returns the options to load the encoder of the first model. */
  public EncoderOptions encoderOptions() {
    return models.values().iterator().next();
  }

  /** Returns the options to load the encoder of each model, by name, the first model first. */
  public Map<String, EncoderOptions> modelOptions() {
    return Collections.unmodifiableMap(models);
  }

  /** Returns how many headers an event may have. */
  public int maxHeaders() {
    return own.getInt(MAX_HEADERS);
  }

  /** Returns the maximum number of events that are encoded in one call; 0 encodes each alone. */
  public int lookAheadMaxPrompts() {
    return own.getInt(LOOKAHEAD_MAX_PROMPTS);
  }

  /** Returns the maximum number of events with a mask that are encoded in one call. */
  public int lookAheadMaxMasks() {
    return own.getInt(LOOKAHEAD_MAX_MASKS);
  }

  /** Returns whether missing topics are created at start. */
  public boolean createTopics() {
    return own.getBoolean(TOPICS_CREATE);
  }

  /** Returns how many partitions the input topic gets if it is created. */
  public int partitions() {
    return own.getInt(TOPICS_PARTITIONS);
  }

  /** Returns the replication factor of topics that are created, or -1 for the broker's default. */
  public short replicationFactor() {
    return own.getShort(TOPICS_REPLICATION_FACTOR);
  }

  /**
   * Returns how long a start waits for brokers and a registry that do not answer, in total, and
   * then again for the stream to run.
   */
  public Duration startTimeout() {
    return Duration.ofMillis(own.getLong(START_TIMEOUT));
  }

  /** Returns whether a stopping instance leaves the consumer group. */
  public boolean leavesGroup() {
    String set = own.getString(CLOSE_LEAVE_GROUP).toLowerCase(Locale.ROOT);
    return set.equals(OwnSettings.AUTO)
        ? ConsumerLimits.setting(streams, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "")
            .isEmpty()
        : Boolean.parseBoolean(set);
  }

  /** Returns how long a stop waits for the events in progress. */
  public Duration closeTimeout() {
    return Duration.ofMillis(own.getLong(CLOSE_TIMEOUT));
  }

  /** Returns how long an event waits for its schema. */
  public RegistryTimeouts registryWait() {
    return registryWait;
  }

  /** Returns how many stream threads an instance has. */
  public int streamThreads() {
    return Integer.parseInt(streams.getOrDefault(StreamsConfig.NUM_STREAM_THREADS_CONFIG, "1"));
  }

  /** Returns the limits of the application's consumers. */
  public ConsumerLimits consumerLimits() {
    return consumerLimits;
  }

  /** Returns the settings of the clients outside of Kafka Streams, and of the serdes. */
  public ClientSettings clients() {
    return clients;
  }

  /**
   * Returns the settings of the serdes and their registry client, whose HTTP timeouts fit into
   * {@link #registryWait()} unless the user sets them.
   */
  public Map<String, String> serdeProperties() {
    return registryWait.withHttpSettings(clients.serde());
  }

  /** Returns the size of the largest record that the application's producer sends, in bytes. */
  public int maxRequestSize() {
    return maxRequestSize;
  }

  /** Returns how many unsent bytes the application's producer may hold. */
  public long producerBufferMemory() {
    return producerBufferMemory;
  }

  private static Object value(Map<String, String> producer, String name, ConfigDef.Type type) {
    Object standard = requireNonNull(ProducerConfig.configDef().defaultValues().get(name), name);
    String value = producer.getOrDefault(name, standard.toString());
    return requireNonNull(ConfigDef.parseType(name, value, type), name);
  }

  /** Returns a new copy of the settings of Kafka Streams. */
  public Properties streamsProperties() {
    return StreamsSettings.properties(streams, topics, maxRequestSize());
  }
}
