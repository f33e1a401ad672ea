package io.promptstream.topology.config;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.Profile;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.CaseInsensitiveValidString;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;

/** Defines PromptStream's own settings. */
final class OwnSettings {
  static final String PREFIX = "promptstream.";

  static final String AUTO = "auto";

  private static final Pattern DEVICE = Pattern.compile("auto|cpu|gpu|gpu:[0-9]{1,4}");

  private OwnSettings() {}

  static ConfigDef definition() {
    ConfigDef def = TopicNames.define(new ConfigDef());
    defineEncoder(def);
    defineLookAhead(def);
    defineTopicCreation(def);
    defineStart(def);
    defineClose(def);
    defineRegistry(def);
    return def;
  }

  private static void defineEncoder(ConfigDef def) {
    def.define(
            PromptStreamConfig.CHECKPOINT,
            ConfigDef.Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            new NonEmptyString(),
            Importance.HIGH,
            "The weights: a file (.pth, .pt or safetensors), an https address,"
                + " hf:OWNER/NAME[@REVISION] or a name such as sam_vit_b. #sha256=DIGEST after a"
                + " web checkpoint pins its content. seed:N generates random weights, to try"
                + " PromptStream without a checkpoint.")
        .define(
            PromptStreamConfig.MODELS,
            ConfigDef.Type.STRING,
            null,
            Importance.MEDIUM,
            "Several models instead of one: NAME=CHECKPOINT,NAME:PROFILE=CHECKPOINT. The field"
                + " model of an event names the model that encodes it; if it is null, the first"
                + " model does.")
        .define(
            PromptStreamConfig.PROFILE,
            ConfigDef.Type.STRING,
            Profile.AUTO,
            LambdaValidator.with(
                OwnSettings::checkProfile, () -> String.join(", ", Profile.settings())),
            Importance.MEDIUM,
            "Model family: auto (detected from the checkpoint's tensor names; sam for random"
                + " weights), sam, sam2 or sam3-tracker.")
        .define(
            PromptStreamConfig.DEVICE,
            ConfigDef.Type.STRING,
            "auto",
            LambdaValidator.with(OwnSettings::checkDevice, () -> "auto, cpu, gpu or gpu:N"),
            Importance.MEDIUM,
            "Device of the model: auto (a GPU if there is one), cpu, gpu or gpu:N.")
        .define(
            PromptStreamConfig.DATA_TYPE,
            ConfigDef.Type.STRING,
            DataType.FLOAT32.name(),
            CaseInsensitiveValidString.in(names(DataType.values())),
            Importance.MEDIUM,
            "Element type of the embeddings: FLOAT32, FLOAT16 or BFLOAT16.")
        .define(
            PromptStreamConfig.DENSE_FORMAT,
            ConfigDef.Type.STRING,
            DenseFormat.FACTORED.name(),
            CaseInsensitiveValidString.in(names(DenseFormat.values())),
            Importance.MEDIUM,
            "Form of the dense embedding of a prompt with a mask: FACTORED (small and lossless) or"
                + " FULL (the plain tensor).")
        .define(
            PromptStreamConfig.MAX_POINTS,
            ConfigDef.Type.INT,
            1000,
            Range.between(0, 1_000_000),
            Importance.MEDIUM,
            "Maximum number of points of an event; an event with more is rejected.")
        .define(
            PromptStreamConfig.MAX_HEADERS,
            ConfigDef.Type.INT,
            100,
            Range.between(0, 1_000_000),
            Importance.MEDIUM,
            "Maximum number of headers of an event; an event with more is rejected.");
  }

  private static void defineLookAhead(ConfigDef def) {
    def.define(
            PromptStreamConfig.LOOKAHEAD_MAX_PROMPTS,
            ConfigDef.Type.INT,
            128,
            Range.between(0, 65_536),
            Importance.MEDIUM,
            "Maximum number of events encoded in one call, of those that were polled together from"
                + " a partition; 0 encodes each event alone.")
        .define(
            PromptStreamConfig.LOOKAHEAD_MAX_MASKS,
            ConfigDef.Type.INT,
            16,
            Range.between(1, 4_096),
            Importance.MEDIUM,
            "Maximum number of events with a mask in one call.");
  }

  private static void defineTopicCreation(ConfigDef def) {
    def.define(
            PromptStreamConfig.TOPICS_CREATE,
            ConfigDef.Type.BOOLEAN,
            false,
            Importance.MEDIUM,
            "Whether PromptStream creates missing topics at start.")
        .define(
            PromptStreamConfig.TOPICS_PARTITIONS,
            ConfigDef.Type.INT,
            8,
            Range.atLeast(1),
            Importance.LOW,
            "Partitions of the input topic, if it is created. The model card topic gets one"
                + " partition; the other topics get as many as the input topic has.")
        .define(
            PromptStreamConfig.TOPICS_REPLICATION_FACTOR,
            ConfigDef.Type.SHORT,
            (short) -1,
            LambdaValidator.with(OwnSettings::checkReplication, () -> "-1, or at least 1"),
            Importance.LOW,
            "Replication factor of topics that are created; -1 uses the broker's default.");
  }

  private static void defineStart(ConfigDef def) {
    def.define(
        PromptStreamConfig.START_TIMEOUT,
        ConfigDef.Type.LONG,
        120_000L,
        Range.between(1_000L, 86_400_000L),
        Importance.LOW,
        "How long a start waits, in ms, for brokers and a schema registry that do not answer (a"
            + " refusal ends it at once), and then again for the stream to run, which can take the"
            + " session timeout of an instance that crashed before.");
  }

  private static void defineClose(ConfigDef def) {
    def.define(
            PromptStreamConfig.CLOSE_LEAVE_GROUP,
            ConfigDef.Type.STRING,
            AUTO,
            CaseInsensitiveValidString.in(AUTO, "true", "false"),
            Importance.LOW,
            "Whether a stopping instance leaves the consumer group, so that others take over at"
                + " once: true, false or auto (true without group.instance.id; false with it, so"
                + " that the partitions stay assigned until its session times out).")
        .define(
            PromptStreamConfig.CLOSE_TIMEOUT,
            ConfigDef.Type.LONG,
            25_000L,
            Range.between(1L, 86_400_000L),
            Importance.LOW,
            "How long a stopping instance may take, in ms, to finish and commit the events in"
                + " progress. Must be a few seconds less than the grace period of its supervisor,"
                + " which is 30 s in Kubernetes.");
  }

  private static void defineRegistry(ConfigDef def) {
    def.define(
            PromptStreamConfig.REGISTRY_TIMEOUT,
            ConfigDef.Type.LONG,
            // Well below the 10 s that Kafka Streams gives a transaction in which the event waits.
            5_000L,
            Range.between(1L, 86_400_000L),
            Importance.LOW,
            "How long an event waits, in ms, if the schema registry does not answer; then the"
                + " application stops and does not commit the event. Must be less than half of"
                + " max.poll.interval.ms, and under exactly_once_v2 less than"
                + " producer.transaction.timeout.ms minus commit.interval.ms.")
        .define(
            PromptStreamConfig.UNKNOWN_SCHEMA_GRACE,
            ConfigDef.Type.LONG,
            3_000L,
            Range.between(0L, 86_400_000L),
            Importance.LOW,
            "How long an event waits, in ms after its poll, if the schema registry does not know"
                + " its schema, because registries replicate with a lag; then the event is"
                + " rejected. At most promptstream.registry.timeout.ms.");
  }

  /**
   * Rejects unknown settings under our prefix.
   *
   * @throws ConfigException naming the setting, its value and the nearest known name
   */
  static void refuseUnknown(Map<String, String> settings, ConfigDef def) {
    settings.forEach((name, value) -> {
      if (name.startsWith(PREFIX) && !def.names().contains(name)) {
        throw new ConfigException("Unknown setting %s (with value %s): did you mean %s?"
            .formatted(name, new Secrets().shown(name, value), nearest(name, def.names())));
      }
    });
  }

  static String nearest(String name, Set<String> known) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return known.stream()
        .sorted()
        .min(Comparator.comparingInt(candidate -> distance.apply(name, candidate)))
        .orElseThrow();
  }

  private static void checkDevice(String setting, Object value) {
    if (!DEVICE.matcher((String) value).matches()) {
      throw new ConfigException(setting, value, "Must be auto, cpu, gpu or gpu:N");
    }
  }

  private static void checkProfile(String setting, Object value) {
    if (!Profile.settings().contains((String) value)) {
      throw new ConfigException(
          setting, value, "Must be one of " + String.join(", ", Profile.settings()));
    }
  }

  private static void checkReplication(String setting, Object value) {
    short factor = (Short) value;
    if (factor != -1 && factor < 1) {
      throw new ConfigException(
          setting, value, "A replication factor must be -1 (the broker's default) or at least 1");
    }
  }

  private static String[] names(Enum<?>[] values) {
    return Arrays.stream(values)
        .map(value -> value.name().toUpperCase(Locale.ROOT))
        .toArray(String[]::new);
  }
}
