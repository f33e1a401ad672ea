package io.promptstream.topology.config;

import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.DOUBLE;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.SHORT;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.Profile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.CaseInsensitiveValidString;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * The settings of PromptStream: each constant defines one, with its name, type, default, check and
 * documentation. An instance has the checked values of one application.
 *
 * <p>Our own settings begin with {@code promptstream.}. All others go unchanged to Kafka Streams,
 * with Kafka Streams' prefixes ({@code producer.}, {@code main.consumer.} and so on), and to the
 * schema registry's client.
 */
public final class PromptStreamConfig {
  static final String PREFIX = "promptstream.";

  /** The name of an application's only model. */
  public static final String DEFAULT_MODEL = "default";

  /** Filled by the constants below; in their order, which groups related settings. */
  static final ConfigDef DEFINITION = new ConfigDef();

  /** Bytes for everything in a record besides a session's state or prompt: key and headers. */
  private static final int RECORD_OVERHEAD = 64 << 10;

  /** Name of the state store of sessions. */
  public static final String SESSIONS_STORE = "sessions";

  private static final String AUTO = "auto";

  private static final String CLIP = "clip";

  public static final String INPUT_TOPIC =
      define(topic("promptstream.input.topic", "prompt-events"), "Input topic of prompt events.");

  public static final String SPARSE_TOPIC = define(
      topic("promptstream.sparse.topic", "sparse-embeddings"),
      "Output topic of sparse embeddings.");

  public static final String DENSE_TOPIC = define(
      topic("promptstream.dense.topic", "dense-embeddings"), "Output topic of dense embeddings.");

  public static final String ERRORS_TOPIC = define(
      topic("promptstream.errors.topic", "prompt-errors"),
      "Topic of rejected events: their raw bytes, and headers that give the reason.");

  public static final String MODELS_TOPIC = define(
      topic("promptstream.models.topic", "prompt-encoder-models"),
      "Compacted topic of model cards: what a mask decoder must know about each model.");

  public static final String SESSIONS = define(
      setting("promptstream.sessions", BOOLEAN, false),
      "Whether PromptStream turns the actions of sessions (clicks, undo and so on) into prompts. See"
          + " docs/sessions.md.");

  public static final String ACTIONS_TOPIC = define(
      topic("promptstream.actions.topic", "prompt-actions"),
      "Input topic of actions; read if sessions are turned on.");

  public static final String SESSION_TTL = define(
      setting(
          "promptstream.session.ttl.ms", LONG, 86_400_000L, Range.between(1_000L, 31_536_000_000L)),
      "How long, in ms, an object of a session is kept after its last action, by the clock of the"
          + " instance.");

  public static final String SESSION_MAX_STEPS = define(
      setting("promptstream.session.max.steps", INT, 100, Range.between(1, 1_000)),
      "How many actions on an object can be undone, and how many of its last actions are remembered,"
          + " so that an action that is sent twice acts once.");

  public static final String SESSION_MAX_BYTES = define(
      setting("promptstream.session.max.bytes", INT, 917_504, Range.between(1_024, 1 << 30)),
      "Maximum size of the state of an object of a session, in bytes: above it, the oldest steps can"
          + " no longer be undone, and an action that does not fit without them is rejected. Must be"
          + " 65536 less than producer.max.request.size and the input topic's max.message.bytes.");

  public static final String SESSION_MAX_OBJECTS = define(
      setting("promptstream.session.max.objects", INT, 500, Range.between(1, 100_000)),
      "How many objects a session can have; an action that adds one more is rejected.");

  public static final String CHECKPOINT = define(
      setting("promptstream.checkpoint", STRING, ConfigDef.NO_DEFAULT_VALUE, new NonEmptyString()),
      "The weights: a file (.pth, .pt or safetensors), an https address, hf:OWNER/NAME[@REVISION]"
          + " or a name such as sam_vit_b. #sha256=DIGEST after a web checkpoint pins its"
          + " content. seed:N generates random weights, to try PromptStream without a checkpoint.");

  public static final String MODELS = define(
      setting("promptstream.models", STRING, null),
      "Several models instead of one: NAME=CHECKPOINT,NAME:PROFILE=CHECKPOINT. The field model of"
          + " an event names the model that encodes it; if it is null, the first model does.");

  public static final String PROFILE = define(
      setting(
          "promptstream.profile",
          STRING,
          Profile.AUTO,
          check(
              (String profile) -> Profile.settings().contains(profile),
              "Must be one of " + String.join(", ", Profile.settings()))),
      "Model family: auto (detected from the checkpoint's tensor names; sam for random weights),"
          + " sam, sam2 or sam3-tracker.");

  public static final String DEVICE = define(
      setting(
          "promptstream.device",
          STRING,
          AUTO,
          check(matches("auto|cpu|gpu|gpu:[0-9]{1,4}"), "Must be auto, cpu, gpu or gpu:N")),
      "Device of the model: auto (a GPU if there is one), cpu, gpu or gpu:N.");

  public static final String DATA_TYPE = define(
      setting("promptstream.data.type", STRING, DataType.FLOAT32.name(), oneOf(DataType.values())),
      "Element type of the embeddings: FLOAT32, FLOAT16 or BFLOAT16.");

  public static final String DENSE_FORMAT = define(
      setting(
          "promptstream.dense.format",
          STRING,
          DenseFormat.FACTORED.name(),
          oneOf(DenseFormat.values())),
      "Form of the dense embedding of a prompt with a mask: FACTORED (small and lossless) or FULL"
          + " (the plain tensor).");

  public static final String MAX_POINTS = define(
      setting("promptstream.max.points", INT, 1000, Range.between(0, 1_000_000)),
      "Maximum number of points of an event; an event with more is rejected.");

  public static final String MAX_HEADERS = define(
      setting("promptstream.max.headers", INT, 100, Range.between(0, 1_000_000)),
      "Maximum number of headers of an event; an event with more is rejected.");

  public static final String OUT_OF_IMAGE = define(
      setting(
          "promptstream.out.of.image",
          STRING,
          "reject",
          CaseInsensitiveValidString.in("reject", CLIP)),
      "Points and boxes that are outside of the image: reject (the event is rejected), or clip (the"
          + " prompt is moved to the edge of the image, and its embeddings have the header"
          + " promptstream.clipped). A box that does not touch the image is always rejected.");

  public static final String MASK_LOGIT_MAGNITUDE = define(
      setting(
          "promptstream.mask.logit.magnitude",
          DOUBLE,
          10.0,
          LambdaValidator.with(PromptStreamConfig::requireMagnitude, () -> "[0.1,...,1000]")),
      "Logit of a mask of the image (RLE, polygons, bitmap) where it covers the area of a logit"
          + " completely; where it covers nothing, the logit is the negative of it. 10 is the"
          + " constant of SAM 2 (_use_mask_as_output); micro-sam uses 6.9 (_compute_logits_from_mask).");

  public static final String LOOKAHEAD_MAX_PROMPTS = define(
      setting("promptstream.lookahead.max.prompts", INT, 128, Range.between(0, 65_536)),
      "Maximum number of events encoded in one call, of those that were polled together from a"
          + " partition; 0 encodes each event alone.");

  public static final String LOOKAHEAD_MAX_MASKS = define(
      setting("promptstream.lookahead.max.masks", INT, 16, Range.between(1, 4_096)),
      "Maximum number of events with a mask in one call.");

  public static final String TOPICS_CREATE = define(
      setting("promptstream.topics.create", BOOLEAN, false),
      "Whether PromptStream creates missing topics at start.");

  public static final String TOPICS_PARTITIONS = define(
      setting("promptstream.topics.partitions", INT, 8, Range.atLeast(1)),
      "Partitions of the input topic, if it is created. The model card topic gets one partition;"
          + " the other topics get as many as the input topic has.");

  public static final String TOPICS_REPLICATION_FACTOR = define(
      setting(
          "promptstream.topics.replication.factor",
          SHORT,
          (short) -1,
          check(
              (Short factor) -> factor == -1 || factor >= 1,
              "A replication factor must be -1 (the broker's default) or at least 1")),
      "Replication factor of topics that are created; -1 uses the broker's default.");

  public static final String START_TIMEOUT = define(
      milliseconds("promptstream.start.timeout.ms", 120_000, 1_000),
      "How long a start waits, in ms, for brokers and a schema registry that do not answer (a"
          + " refusal ends the start at once), and then again for the stream to run, which can"
          + " take as long as the session timeout of an instance that crashed.");

  public static final String WARM_UP = define(
      milliseconds("promptstream.warmup.ms", 2_000, 0),
      "How long a start encodes synthetic events, in ms, at most, until the Java virtual machine"
          + " has compiled the code, so that the first events are not slow. It does so during the"
          + " checks of brokers and registry, and sends and registers nothing. 0 turns it off.");

  public static final String CLOSE_LEAVE_GROUP = define(
      setting(
          "promptstream.close.leave.group",
          STRING,
          AUTO,
          CaseInsensitiveValidString.in(AUTO, "true", "false")),
      "Whether a stopping instance leaves the consumer group, so that others take over at once:"
          + " true, false or auto (true without group.instance.id; false with it, so that the"
          + " partitions stay assigned until its session times out).");

  public static final String CLOSE_TIMEOUT = define(
      milliseconds("promptstream.close.timeout.ms", 25_000, 1),
      "How long a stopping instance may take, in ms, to finish and commit the events in progress."
          + " Must be a few seconds less than the grace period of its supervisor, which is 30 s"
          + " in Kubernetes.");

  // Well below the 10 s that Kafka Streams gives a transaction in which the event waits.
  public static final String REGISTRY_TIMEOUT = define(
      milliseconds("promptstream.registry.timeout.ms", 5_000, 1),
      "How long an event waits, in ms, if the schema registry does not answer; then the"
          + " application stops and does not commit the event. Must be less than half of"
          + " max.poll.interval.ms, and under exactly_once_v2 less than"
          + " producer.transaction.timeout.ms minus commit.interval.ms.");

  public static final String UNKNOWN_SCHEMA_GRACE = define(
      milliseconds("promptstream.registry.unknown.schema.grace.ms", 3_000, 0),
      "How long an event waits, in ms after its poll, if the schema registry does not know its"
          + " schema, because registries replicate with a lag; then the event is rejected. At"
          + " most promptstream.registry.timeout.ms.");

  public static final String HTTP_HOST = define(
      setting("promptstream.http.host", STRING, "0.0.0.0", new NonEmptyString()),
      "Address that the HTTP endpoint of health and metrics listens on. It has no"
          + " authentication: use 127.0.0.1 or a firewall where others can reach it.");

  public static final String HTTP_PORT = define(
      setting("promptstream.http.port", INT, -1, Range.between(-1, 65_535)),
      "Port of the HTTP endpoint of health and metrics; 0 is any free port, -1 is no endpoint.");

  public static final String STUCK_TIMEOUT = define(
      milliseconds("promptstream.stuck.timeout.ms", 120_000, 1_000),
      "/live reports that a stream thread is stuck if it makes no progress for this time, in ms."
          + " Must be longer than the slowest window takes.");

  private final AbstractConfig own;
  private final TopicNames topics;
  private final Map<String, EncoderOptions> models = new LinkedHashMap<>();
  private final ClientSettings clients;
  private final Map<String, String> streams;
  private final int maxRequestSize;
  private final RegistryTimeouts registryWait;

  private PromptStreamConfig(Map<String, String> settings) {
    refuseUnknown(settings);
    StreamsSettings.refuseReserved(settings);
    own = new AbstractConfig(DEFINITION, ModelsSetting.withCheckpoint(settings), false);
    topics = TopicNames.of(own);
    ModelsSetting.sources(own).forEach((name, source) -> models.put(name, options(source)));
    streams = RegistryCredentials.apart(
        StreamsSettings.withDefaults(settings, encoderOptions().denseFormat()));
    clients = ClientSettings.of(streams);
    maxRequestSize = (int) producer(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
    registryWait = RegistryTimeouts.of(own, streams, clients);
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

  /** A setting without its documentation. */
  private record Setting(
      String name,
      ConfigDef.Type type,
      @Nullable Object standard,
      @Nullable Validator validator) {}

  private static Setting setting(String name, ConfigDef.Type type, @Nullable Object standard) {
    return new Setting(name, type, standard, null);
  }

  private static Setting setting(
      String name, ConfigDef.Type type, @Nullable Object standard, Validator validator) {
    return new Setting(name, type, standard, validator);
  }

  private static Setting topic(String name, String topic) {
    String expected = "A topic has 1 to 249 letters, digits, dots, underscores or hyphens";
    return setting(
        name, STRING, topic, check(matches("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}"), expected));
  }

  private static Setting milliseconds(String name, long standard, long least) {
    return setting(name, LONG, standard, Range.between(least, 86_400_000L));
  }

  private static void requireMagnitude(String name, Object value) {
    double magnitude = (Double) value;
    // False for NaN, too.
    if (!(magnitude >= 0.1 && magnitude <= 1000)) {
      throw new ConfigException(name, value, "Value must be from 0.1 to 1000");
    }
  }

  private static String define(Setting setting, String documentation) {
    DEFINITION.define(
        setting.name(),
        setting.type(),
        setting.standard(),
        setting.validator(),
        Importance.MEDIUM,
        documentation);
    return setting.name();
  }

  private static Validator oneOf(Enum<?>[] values) {
    return CaseInsensitiveValidString.in(
        Arrays.stream(values).map(Enum::name).toArray(String[]::new));
  }

  private static Predicate<String> matches(String pattern) {
    return Pattern.compile(pattern).asMatchPredicate();
  }

  @SuppressWarnings("unchecked") // Kafka has parsed the value as the setting's type
  private static <T> Validator check(Predicate<T> valid, String expected) {
    return LambdaValidator.with(
        (name, value) -> {
          if (!valid.test((T) value)) {
            throw new ConfigException(name, value, expected);
          }
        },
        () -> expected);
  }

  private static void refuseUnknown(Map<String, String> settings) {
    settings.forEach((name, value) -> {
      if (name.startsWith(PREFIX) && !DEFINITION.names().contains(name)) {
        throw new ConfigException("Unknown setting %s (with value %s): did you mean %s?"
            .formatted(name, Secrets.shown(name, value), KnownSettings.nearest(name)));
      }
    });
  }

  private EncoderOptions options(ModelsSetting.Source source) {
    return new EncoderOptions(
        source.checkpoint(),
        source.profile(),
        own.getString(DEVICE),
        DataType.valueOf(own.getString(DATA_TYPE).toUpperCase(Locale.ROOT)),
        DenseFormat.valueOf(own.getString(DENSE_FORMAT).toUpperCase(Locale.ROOT)),
        own.getInt(MAX_POINTS));
  }

  /** Returns the id of the application, which is also the name of its group. */
  public String applicationId() {
    return streams.getOrDefault(StreamsConfig.APPLICATION_ID_CONFIG, "");
  }

  /** Returns the names of all topics. */
  public TopicNames topics() {
    return topics;
  }

  /** Returns the topics that the application uses, the input first. */
  public List<String> usedTopics() {
    List<String> used = new ArrayList<>(topics.withoutActions());
    if (sessions()) {
      used.add(topics.actions());
    }
    return used;
  }

  /** Returns whether actions of sessions are turned into prompts. */
  public boolean sessions() {
    return own.getBoolean(SESSIONS);
  }

  /** Returns how long an object of a session is kept after its last action. */
  public Duration sessionTtl() {
    return Duration.ofMillis(own.getLong(SESSION_TTL));
  }

  /** Returns how many actions on an object can be undone. */
  public int sessionMaxSteps() {
    return own.getInt(SESSION_MAX_STEPS);
  }

  /** Returns the maximum size of the state of an object, in bytes. */
  public int sessionMaxBytes() {
    return own.getInt(SESSION_MAX_BYTES);
  }

  /** Returns how many objects a session can have. */
  public int sessionMaxObjects() {
    return own.getInt(SESSION_MAX_OBJECTS);
  }

  /** Returns the maximum size of a record with a state or its prompt, in bytes. */
  public int sessionRecordBytes() {
    return sessionMaxBytes() + RECORD_OVERHEAD;
  }

  /** Returns the topic that Kafka Streams creates for the states of sessions. */
  public String sessionsChangelog() {
    return applicationId() + "-" + SESSIONS_STORE + "-changelog";
  }

  /** Returns the directory of the state stores. */
  public String stateDirectory() {
    return setOrDefault(StreamsConfig.STATE_DIR_CONFIG);
  }

  /** Returns the size of the cache in front of the state stores, in bytes. */
  public long stateCacheBytes() {
    return Long.parseLong(setOrDefault(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG));
  }

  private String setOrDefault(String streamsSetting) {
    return streams.getOrDefault(
        streamsSetting,
        String.valueOf(StreamsConfig.configDef().defaultValues().get(streamsSetting)));
  }

  /** Returns the topic of actions. */
  public String actionsTopic() {
    return topics.actions();
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

  /** Returns whether coordinates outside of the image are moved to its edge. */
  public boolean clipsToImage() {
    return own.getString(OUT_OF_IMAGE).equalsIgnoreCase(CLIP);
  }

  /** Returns the logit of a mask of the image where it covers the area of a logit completely. */
  public double maskLogitMagnitude() {
    return own.getDouble(MASK_LOGIT_MAGNITUDE);
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

  /** Returns how long a start compiles the code that encodes events, at most; zero not at all. */
  public Duration warmUp() {
    return Duration.ofMillis(own.getLong(WARM_UP));
  }

  /** Returns whether a stopping instance leaves the consumer group. */
  public boolean leavesGroup() {
    String set = own.getString(CLOSE_LEAVE_GROUP);
    return set.equalsIgnoreCase(AUTO)
        ? !clients.mainConsumer().containsKey(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG)
        : Boolean.parseBoolean(set);
  }

  /** Returns how long a stop waits for the events in progress. */
  public Duration closeTimeout() {
    return Duration.ofMillis(own.getLong(CLOSE_TIMEOUT));
  }

  /** Returns the address that the HTTP endpoint listens on. */
  public String httpHost() {
    return own.getString(HTTP_HOST);
  }

  /** Returns the port of the HTTP endpoint: 0 for any free one, -1 for no endpoint. */
  public int httpPort() {
    return own.getInt(HTTP_PORT);
  }

  /** Returns how long a stream thread may make no progress. */
  public Duration stuckTimeout() {
    return Duration.ofMillis(own.getLong(STUCK_TIMEOUT));
  }

  /** Returns how long an event waits for its schema. */
  public RegistryTimeouts registryWait() {
    return registryWait;
  }

  /** Returns how many stream threads an instance has. */
  public int streamThreads() {
    return Integer.parseInt(streams.getOrDefault(StreamsConfig.NUM_STREAM_THREADS_CONFIG, "1"));
  }

  /** Returns how many bytes of a partition are fetched at once, if its first batch is smaller. */
  public int partitionFetchBytes() {
    return (int) ClientSettings.number(
        ConsumerConfig.configDef(),
        clients.mainConsumer(),
        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG);
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
    return producer(ProducerConfig.BUFFER_MEMORY_CONFIG);
  }

  private long producer(String name) {
    return ClientSettings.number(ProducerConfig.configDef(), clients.producer(), name);
  }

  /** Returns a new copy of the settings of Kafka Streams. */
  public Properties streamsProperties() {
    return StreamsSettings.properties(streams, topics, maxRequestSize);
  }
}
