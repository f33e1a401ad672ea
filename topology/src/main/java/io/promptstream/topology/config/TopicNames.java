package io.promptstream.topology.config;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * The names of PromptStream's topics, all different.
 *
 * @param input prompt events in
 * @param sparse sparse embeddings out
 * @param dense dense embeddings out
 * @param errors rejected events, unchanged
 * @param models the card of each model, compacted
 * @param actions actions of sessions in, if sessions are turned on
 */
public record TopicNames(
    String input, String sparse, String dense, String errors, String models, String actions) {
  private static final List<String> SETTINGS = List.of(
      PromptStreamConfig.INPUT_TOPIC,
      PromptStreamConfig.SPARSE_TOPIC,
      PromptStreamConfig.DENSE_TOPIC,
      PromptStreamConfig.ERRORS_TOPIC,
      PromptStreamConfig.MODELS_TOPIC,
      PromptStreamConfig.ACTIONS_TOPIC);

  /**
   * Checks the names.
   *
   * @throws ConfigException if two names are equal
   */
  public TopicNames {
    List<String> topics = List.of(input, sparse, dense, errors, models, actions);
    for (int i = 0; i < topics.size(); i++) {
      int first = topics.indexOf(topics.get(i));
      if (first < i) {
        throw new ConfigException(
            SETTINGS.get(i), topics.get(i), "Must differ from " + SETTINGS.get(first));
      }
    }
  }

  /**
   * Reads the names from settings, with a default for each name that is not set.
   *
   * @throws ConfigException if a name is not legal in Kafka, or two names are equal
   */
  public static TopicNames of(Map<String, String> settings) {
    ConfigDef topics = new ConfigDef();
    SETTINGS.forEach(
        name -> topics.define(PromptStreamConfig.DEFINITION.configKeys().get(name)));
    return of(new AbstractConfig(topics, settings, false));
  }

  static TopicNames of(AbstractConfig config) {
    return new TopicNames(
        config.getString(PromptStreamConfig.INPUT_TOPIC),
        config.getString(PromptStreamConfig.SPARSE_TOPIC),
        config.getString(PromptStreamConfig.DENSE_TOPIC),
        config.getString(PromptStreamConfig.ERRORS_TOPIC),
        config.getString(PromptStreamConfig.MODELS_TOPIC),
        config.getString(PromptStreamConfig.ACTIONS_TOPIC));
  }

  /** Returns the two topics of embeddings. */
  public List<String> outputs() {
    return List.of(sparse, dense);
  }

  /** Returns the topics of an application without sessions, the input first. */
  public List<String> withoutActions() {
    return List.of(input, sparse, dense, errors, models);
  }
}
