package io.promptstream.topology.app;

import io.promptstream.topology.config.TopicNames;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The topics that we write to take every record that can come of what the input topic takes, and
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
    TopicSettings input = settings.getOrDefault(topics.input(), TopicSettings.UNKNOWN);
    for (String topic : List.of(topics.sparse(), topics.dense(), topics.errors())) {
      TopicSettings output = settings.getOrDefault(topic, TopicSettings.UNKNOWN);
      if (output.compacted()) {
        throw new StartupException(
            "Topic %s is compacted: it would keep one record of each image, and take none without a key; set its cleanup.policy to delete."
                .formatted(topic));
      }
      if (settings.containsKey(topics.input())
          && output.maxFutureMillis() < input.maxFutureMillis()) {
        throw new StartupException(
            "Topic %s has message.timestamp.after.max.ms=%d, less than topic %s, which has %d: an event from there would be refused here."
                .formatted(
                    topic, output.maxFutureMillis(), topics.input(), input.maxFutureMillis()));
      }
      if (output.maxPastMillis() < Long.MAX_VALUE) {
        throw new StartupException(
            "Topic %s has message.timestamp.before.max.ms=%d: what comes of an event that waited longer would be refused; raise it to %d."
                .formatted(topic, output.maxPastMillis(), Long.MAX_VALUE));
      }
    }
  }

  /** Deleted with time, a card would be gone while its model still runs. */
  private static void checkModels(String topic, Map<String, TopicSettings> settings) {
    TopicSettings models = settings.get(topic);
    if (models != null && !models.cleanupPolicy().equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      throw new StartupException(
          "Topic %s has cleanup.policy=%s, but must keep the newest card of every model for good; set it to compact."
              .formatted(topic, models.cleanupPolicy()));
    }
  }
}
