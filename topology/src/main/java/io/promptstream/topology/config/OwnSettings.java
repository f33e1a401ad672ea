package io.promptstream.topology.config;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.ProfileSetting;
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

/** The one definition of PromptStream's own settings. */
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
            "The weights: a file (.pth, .pt or safetensors), an https address, hf:OWNER/NAME[@REVISION]"
                + " or a name such as sam_vit_b. #sha256=DIGEST behind one on the web pins it."
                + " seed:N draws weights instead, for trying out without a checkpoint.")
        .define(
            PromptStreamConfig.MODELS,
            ConfigDef.Type.STRING,
            null,
            Importance.MEDIUM,
            "Several models instead of that one: NAME=CHECKPOINT,NAME:PROFILE=CHECKPOINT. An event's"
                + " field model names the one that encodes it; one that names none gets the first.")
        .define(
            PromptStreamConfig.PROFILE,
            ConfigDef.Type.STRING,
            ProfileSetting.AUTO,
            LambdaValidator.with(OwnSettings::checkProfile, ProfileSetting::values),
            Importance.MEDIUM,
            "Model family whose rules hold: auto (the checkpoint's names tell it; drawn weights are"
                + " of sam), sam, sam2 or sam3-tracker.")
        .define(
            PromptStreamConfig.DEVICE,
            ConfigDef.Type.STRING,
            "auto",
            LambdaValidator.with(OwnSettings::checkDevice, () -> "auto, cpu, gpu or gpu:N"),
            Importance.MEDIUM,
            "Where the model runs: auto (a GPU where there is one), cpu, gpu or gpu:N.")
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
            "Form of the dense embedding of a prompt with a mask: FACTORED (small, nothing lost) or"
                + " FULL (the plain tensor).")
        .define(
            PromptStreamConfig.MAX_POINTS,
            ConfigDef.Type.INT,
            1000,
            Range.between(0, 1_000_000),
            Importance.MEDIUM,
            "How many points an event may have; one with more is rejected.")
        .define(
            PromptStreamConfig.MAX_HEADERS,
            ConfigDef.Type.INT,
            100,
            Range.between(0, 1_000_000),
            Importance.MEDIUM,
            "How many headers an event may have; one with more is rejected.");
  }

  private static void defineLookAhead(ConfigDef def) {
    def.define(
            PromptStreamConfig.LOOKAHEAD_MAX_PROMPTS,
            ConfigDef.Type.INT,
            128,
            Range.between(0, 65_536),
            Importance.MEDIUM,
            "How many events that were polled together are encoded in one call at most, of each"
                + " partition; 0 encodes each alone.")
        .define(
            PromptStreamConfig.LOOKAHEAD_MAX_MASKS,
            ConfigDef.Type.INT,
            16,
            Range.between(1, 4_096),
            Importance.MEDIUM,
            "How many of them may have a mask.");
  }

  private static void defineTopicCreation(ConfigDef def) {
    def.define(
            PromptStreamConfig.TOPICS_CREATE,
            ConfigDef.Type.BOOLEAN,
            false,
            Importance.MEDIUM,
            "Whether topics that are missing at start are created.")
        .define(
            PromptStreamConfig.TOPICS_PARTITIONS,
            ConfigDef.Type.INT,
            8,
            Range.atLeast(1),
            Importance.LOW,
            "Partitions of the input topic, if it is created; the other topics get as many as the"
                + " input has, and that of model cards gets one.")
        .define(
            PromptStreamConfig.TOPICS_REPLICATION_FACTOR,
            ConfigDef.Type.SHORT,
            (short) -1,
            LambdaValidator.with(OwnSettings::checkReplication, () -> "-1, or 1 and more"),
            Importance.LOW,
            "Replication factor of topics that are created; -1 leaves it to the broker.");
  }

  private static void defineStart(ConfigDef def) {
    def.define(
        PromptStreamConfig.START_TIMEOUT,
        ConfigDef.Type.LONG,
        120_000L,
        Range.between(1_000L, 86_400_000L),
        Importance.LOW,
        "How long a start waits, in ms, for brokers and a schema registry that do not answer (one"
            + " that refuses ends it at once), and then again until the stream runs, which may need"
            + " the session timeout of a predecessor that crashed.");
  }

  private static void defineClose(ConfigDef def) {
    def.define(
            PromptStreamConfig.CLOSE_LEAVE_GROUP,
            ConfigDef.Type.STRING,
            AUTO,
            CaseInsensitiveValidString.in(AUTO, "true", "false"),
            Importance.LOW,
            "Whether an instance that stops leaves the consumer group, so that others take over at"
                + " once: true, false or auto (true without group.instance.id, false with it: the"
                + " partitions wait for it until its session times out).")
        .define(
            PromptStreamConfig.CLOSE_TIMEOUT,
            ConfigDef.Type.LONG,
            25_000L,
            Range.between(1L, 86_400_000L),
            Importance.LOW,
            "How long an instance that stops finishes and commits the events in work, in ms; must be"
                + " a few seconds less than the grace period of whatever stops it, which is 30 s in"
                + " Kubernetes.");
  }

  private static void defineRegistry(ConfigDef def) {
    def.define(
            PromptStreamConfig.REGISTRY_TIMEOUT,
            ConfigDef.Type.LONG,
            // With room below the 10 s that Kafka Streams gives a transaction, in which it waits.
            5_000L,
            Range.between(1L, 86_400_000L),
            Importance.LOW,
            "How long an event waits, in ms, while the schema registry does not answer; then the"
                + " application stops with the event uncommitted. Must be less than half of"
                + " max.poll.interval.ms, and under exactly_once_v2 less than"
                + " producer.transaction.timeout.ms minus commit.interval.ms.")
        .define(
            PromptStreamConfig.UNKNOWN_SCHEMA_GRACE,
            ConfigDef.Type.LONG,
            3_000L,
            Range.between(0L, 86_400_000L),
            Importance.LOW,
            "How long after it was polled an event waits, in ms, while the schema registry does not"
                + " know its schema, because registries replicate with a lag; then it is rejected."
                + " At most promptstream.registry.timeout.ms.");
  }

  /**
   * Refuses settings under our prefix that do not exist.
   *
   * @throws ConfigException naming the setting, its value and the nearest one that exists
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
      throw new ConfigException(setting, value, "A device is auto, cpu, gpu or gpu:N");
    }
  }

  private static void checkProfile(String setting, Object value) {
    if (!ProfileSetting.isValid((String) value)) {
      throw new ConfigException(setting, value, "A profile is one of " + ProfileSetting.values());
    }
  }

  private static void checkReplication(String setting, Object value) {
    short factor = (Short) value;
    if (factor != -1 && factor < 1) {
      throw new ConfigException(
          setting, value, "A replication factor is -1 for the broker's default, or 1 and more");
    }
  }

  private static String[] names(Enum<?>[] values) {
    return Arrays.stream(values)
        .map(value -> value.name().toUpperCase(Locale.ROOT))
        .toArray(String[]::new);
  }
}
