package io.promptstream.application;

import io.promptstream.topology.config.TopicNames;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Checks that our output topics accept every record that an accepted event can lead to, and that
 * the topic of model cards keeps them.
 */
final class TopicSettingsCheck {
  private TopicSettingsCheck() {}

  /**
   * Compares the topics with each other.
   *
   * @throws StartupException naming the topic and its setting
   */
  static void run(TopicNames topics, Map<String, TopicSettings> settings) {
    checkModels(topics.models(), settings);
    for (String output : List.of(topics.sparse(), topics.dense(), topics.errors())) {
      checkOutput(output, topics.input(), settings);
    }
    if (settings.containsKey(topics.actions())) {
      checkNotCompacted(topics.actions(), settings);
      checkOutput(topics.input(), topics.actions(), settings);
    }
  }

  private static void checkNotCompacted(String topic, Map<String, TopicSettings> settings) {
    if (settings.getOrDefault(topic, TopicSettings.UNKNOWN).compacted()) {
      throw new StartupException(
          "Topic %s is compacted: it would keep only one record of each image and reject records without a key; set its cleanup.policy to delete."
              .formatted(topic));
    }
  }

  /** Checks that a topic accepts every record that a record of its source can lead to. */
  private static void checkOutput(
      String topic, String source, Map<String, TopicSettings> settings) {
    checkNotCompacted(topic, settings);
    checkTimestamps(topic, source, settings);
  }

  private static void checkTimestamps(
      String topic, String source, Map<String, TopicSettings> settings) {
    TopicSettings input = settings.getOrDefault(source, TopicSettings.UNKNOWN);
    TopicSettings output = settings.getOrDefault(topic, TopicSettings.UNKNOWN);
    if (settings.containsKey(source) && output.maxFutureMillis() < input.maxFutureMillis()) {
      throw new StartupException(
          "Topic %s takes timestamps up to %d ms ahead of the broker's clock, but topic %s up to %d ms: the broker would refuse the results of some events; raise %s of topic %s."
              .formatted(
                  topic,
                  output.maxFutureMillis(),
                  source,
                  input.maxFutureMillis(),
                  setting(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG),
                  topic));
    }
    if (output.maxPastMillis() < Long.MAX_VALUE) {
      throw new StartupException(
          "Topic %s takes timestamps up to %d ms behind the broker's clock: the broker would refuse the results of events that waited longer; raise %s to %d."
              .formatted(
                  topic,
                  output.maxPastMillis(),
                  setting(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG),
                  Long.MAX_VALUE));
    }
  }

  private static String setting(String name) {
    return "%s (message.timestamp.difference.max.ms before Kafka 3.6)".formatted(name);
  }

  /** With another policy, the broker could delete a card while its model still runs. */
  private static void checkModels(String topic, Map<String, TopicSettings> settings) {
    TopicSettings models = settings.getOrDefault(topic, TopicSettings.UNKNOWN);
    if (!models.keepsNewest()) {
      throw new StartupException(
          "Topic %s has cleanup.policy=%s, but must keep the newest card of every model for good; set it to compact."
              .formatted(topic, models.cleanupPolicy()));
    }
  }
}
