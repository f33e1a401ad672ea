package io.promptstream.topology.config;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigException;

/**
 * The names of PromptStream's five topics, all different.
 *
 * @param input prompt events in
 * @param sparse sparse embeddings out
 * @param dense dense embeddings out
 * @param errors rejected events, unchanged
 * @param models the card of each model, compacted
 */
public record TopicNames(String input, String sparse, String dense, String errors, String models) {
  /** Setting: the topic of prompt events. */
  public static final String INPUT = "promptstream.input.topic";

  /** Setting: the topic of sparse embeddings. */
  public static final String SPARSE = "promptstream.sparse.topic";

  /** Setting: the topic of dense embeddings. */
  public static final String DENSE = "promptstream.dense.topic";

  /** Setting: the topic of rejected events. */
  public static final String ERRORS = "promptstream.errors.topic";

  /** Setting: the topic of model cards. */
  public static final String MODELS = "promptstream.models.topic";

  private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  /**
   * Checks the names.
   *
   * @throws ConfigException if two names are equal
   */
  public TopicNames {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(INPUT, requireNonNull(input, "input"));
    settings.put(SPARSE, requireNonNull(sparse, "sparse"));
    settings.put(DENSE, requireNonNull(dense, "dense"));
    settings.put(ERRORS, requireNonNull(errors, "errors"));
    settings.put(MODELS, requireNonNull(models, "models"));
    Map<String, String> seen = new LinkedHashMap<>();
    settings.forEach((setting, topic) -> {
      String other = seen.put(topic, setting);
      if (other != null) {
        throw new ConfigException(setting, topic, "Must differ from %s".formatted(other));
      }
    });
  }

  /**
   * Reads the names from settings, with a default for each name that is not set.
   *
   * @throws ConfigException if a name is not legal in Kafka, or two names are equal
   */
  public static TopicNames of(Map<String, String> settings) {
    return of(new AbstractConfig(define(new ConfigDef()), settings, false));
  }

  static TopicNames of(AbstractConfig config) {
    return new TopicNames(
        config.getString(INPUT),
        config.getString(SPARSE),
        config.getString(DENSE),
        config.getString(ERRORS),
        config.getString(MODELS));
  }

  static ConfigDef define(ConfigDef def) {
    define(def, INPUT, "prompt-events", "Input topic of prompt events.");
    define(def, SPARSE, "sparse-embeddings", "Output topic of sparse embeddings.");
    define(def, DENSE, "dense-embeddings", "Output topic of dense embeddings.");
    define(
        def,
        ERRORS,
        "prompt-errors",
        "Topic of rejected events: their raw bytes, and headers that give the reason.");
    define(
        def,
        MODELS,
        "prompt-encoder-models",
        "Compacted topic of model cards: what a mask decoder must know about each model.");
    return def;
  }

  private static void define(ConfigDef def, String name, String topic, String documentation) {
    def.define(
        name,
        ConfigDef.Type.STRING,
        topic,
        LambdaValidator.with(TopicNames::checkLegal, () -> "a legal topic name"),
        Importance.HIGH,
        documentation);
  }

  private static void checkLegal(String setting, Object value) {
    String topic = (String) value;
    if (!LEGAL.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
      throw new ConfigException(
          setting, topic, "A topic has 1 to 249 letters, digits, dots, underscores or hyphens");
    }
  }

  /** Returns the two topics of embeddings. */
  public List<String> outputs() {
    return List.of(sparse, dense);
  }

  /** Returns all five topics, the input first. */
  public List<String> all() {
    return List.of(input, sparse, dense, errors, models);
  }
}
