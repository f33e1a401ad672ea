package io.promptstream.application;

import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The settings that limit which records a topic accepts. Brokers may omit any setting: older ones
 * do not have it, compatible ones may not return it. The topic is then assumed to accept
 * everything.
 *
 * @param maxMessageBytes its {@code max.message.bytes}
 * @param cleanupPolicy its {@code cleanup.policy}, or {@value #UNKNOWN_POLICY}
 * @param maxFutureMillis how far a record's timestamp may be ahead of the broker's clock, in ms
 * @param maxPastMillis how far it may be behind, in ms
 */
record TopicSettings(
    int maxMessageBytes, String cleanupPolicy, long maxFutureMillis, long maxPastMillis) {
  private static final String UNKNOWN_POLICY = "unknown";

  private static final String CREATE_TIME = "CreateTime";

  /** The limit for both directions before Kafka 3.6; Kafka 4.0 removed it. */
  private static final String DIFFERENCE_MAX_MS = "message.timestamp.difference.max.ms";

  /** The settings assumed for a topic whose settings are not known. */
  static final TopicSettings UNKNOWN =
      new TopicSettings(Integer.MAX_VALUE, UNKNOWN_POLICY, Long.MAX_VALUE, Long.MAX_VALUE);

  static TopicSettings of(Config config) {
    return new TopicSettings(
        Integer.parseInt(value(
            config,
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
            Integer.toString(UNKNOWN.maxMessageBytes()))),
        value(config, TopicConfig.CLEANUP_POLICY_CONFIG, UNKNOWN_POLICY),
        limit(config, TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG),
        limit(config, TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG));
  }

  /** Returns whether a record replaces older records with the same key. */
  boolean compacted() {
    return cleanupPolicy.contains(TopicConfig.CLEANUP_POLICY_COMPACT);
  }

  /** Returns whether the newest record of every key is kept permanently, as far as is known. */
  boolean keepsNewest() {
    return cleanupPolicy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)
        || cleanupPolicy.equals(UNKNOWN_POLICY);
  }

  private static long limit(Config config, String name) {
    // With LogAppendTime, the broker does not check the producer's timestamp.
    if (!value(config, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, CREATE_TIME)
        .equals(CREATE_TIME)) {
      return Long.MAX_VALUE;
    }
    String none = Long.toString(Long.MAX_VALUE);
    String limit = value(config, name, none);
    // Kafka 3.6 to 3.9 have both settings, and use the older one if the newer is not set.
    return Long.parseLong(limit.equals(none) ? value(config, DIFFERENCE_MAX_MS, none) : limit);
  }

  private static String value(Config config, String name, String otherwise) {
    ConfigEntry entry = config.get(name);
    return entry == null || entry.value() == null ? otherwise : entry.value();
  }
}
