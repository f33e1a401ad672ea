package io.promptstream.topology.app;

import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What a topic takes.
 *
 * @param maxMessageBytes its {@code max.message.bytes}
 * @param cleanupPolicy its {@code cleanup.policy}: what becomes of old records
 * @param maxFutureMillis how far a record's timestamp may lie ahead of the broker's clock
 * @param maxPastMillis how far it may lie behind
 */
record TopicSettings(
    int maxMessageBytes, String cleanupPolicy, long maxFutureMillis, long maxPastMillis) {
  /** What is assumed of a topic whose settings may not be read: that it takes everything. */
  static final TopicSettings UNKNOWN = new TopicSettings(
      Integer.MAX_VALUE, TopicConfig.CLEANUP_POLICY_DELETE, Long.MAX_VALUE, Long.MAX_VALUE);

  static TopicSettings of(Config config) {
    // With the append time, the producer's timestamp is not looked at.
    boolean createTime =
        value(config, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG).equals("CreateTime");
    return new TopicSettings(
        Integer.parseInt(value(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG)),
        value(config, TopicConfig.CLEANUP_POLICY_CONFIG),
        createTime
            ? limit(config, TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG)
            : Long.MAX_VALUE,
        createTime
            ? limit(config, TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG)
            : Long.MAX_VALUE);
  }

  /** Returns whether a record replaces those of the same key. */
  boolean compacted() {
    return cleanupPolicy.contains(TopicConfig.CLEANUP_POLICY_COMPACT);
  }

  private static long limit(Config config, String name) {
    return Long.parseLong(value(config, name));
  }

  private static String value(Config config, String name) {
    return config.get(name).value();
  }
}
