package io.promptstream.application;

import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.config.TopicNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Checks that all topics exist, or creates them, and that the outputs are co-partitioned with the
 * input.
 */
final class TopicCheck {
  private static final Duration VISIBLE_TIMEOUT = Duration.ofSeconds(15);
  private static final long POLL_INTERVAL_MILLIS = 50;

  /** There are only a few cards of some kilobytes, and every consumer reads all of them. */
  private static final int MODELS_PARTITIONS = 1;

  /**
   * Results have the timestamp of their event, which the input topic accepted. Brokers know these
   * settings since Kafka 3.6; older brokers accept any timestamp by default.
   */
  private static final Map<String, String> ANY_TIMESTAMP = Map.of(
      TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
      Long.toString(Long.MAX_VALUE),
      TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
      Long.toString(Long.MAX_VALUE));

  private final Brokers cluster;
  private final PromptStreamConfig config;

  TopicCheck(Brokers cluster, PromptStreamConfig config) {
    this.cluster = cluster;
    this.config = config;
  }

  void run() {
    TopicNames topics = config.topics();
    Map<String, Integer> partitions = new HashMap<>(cluster.partitions(config.usedTopics()));
    List<String> missing = missing(partitions);
    if (!missing.isEmpty() && !config.createTopics()) {
      throw new StartupException("Missing topics: %s. Create them, or set %s=true."
          .formatted(String.join(", ", missing), PromptStreamConfig.TOPICS_CREATE));
    }
    int inputPartitions = partitions.computeIfAbsent(topics.input(), name -> config.partitions());
    // Before any topic is created, so that a failed check leaves no topics behind.
    compare(topics, partitions);
    missing.forEach(topic -> create(topic, inputPartitions));
    if (!missing.isEmpty()) {
      // Again: another instance may have created them first, with other settings.
      compare(topics, awaitAll());
    }
  }

  private List<String> missing(Map<String, Integer> partitions) {
    return config.usedTopics().stream()
        .filter(topic -> !partitions.containsKey(topic))
        .toList();
  }

  private void create(String name, int inputPartitions) {
    boolean models = name.equals(config.modelsTopic());
    int partitions = models ? MODELS_PARTITIONS : inputPartitions;
    Optional<Short> replication = config.replicationFactor() == -1
        ? Optional.empty()
        : Optional.of(config.replicationFactor());
    NewTopic topic = new NewTopic(name, Optional.of(partitions), replication);
    if (models) {
      cluster.create(topic, modelsSettings(), Map.of());
    } else if (name.equals(config.inputTopic()) || name.equals(config.actionsTopic())) {
      // A rejected event, with the headers of an error, must fit the error topic.
      cluster.create(
          topic, maxMessageBytes(config.maxRequestSize() - RecordSizeCheck.HEADROOM), Map.of());
    } else {
      cluster.create(topic, maxMessageBytes(config.maxRequestSize()), ANY_TIMESTAMP);
    }
  }

  private Map<String, String> modelsSettings() {
    Map<String, String> settings = new HashMap<>(maxMessageBytes(config.maxRequestSize()));
    settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    return settings;
  }

  private static Map<String, String> maxMessageBytes(int bytes) {
    return Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(bytes));
  }

  /**
   * Waits until all topics are visible: the other brokers know a created topic a little later than
   * the controller.
   */
  private Map<String, Integer> awaitAll() {
    long deadline = System.nanoTime() + VISIBLE_TIMEOUT.toNanos();
    Map<String, Integer> partitions = new HashMap<>(cluster.partitions(config.usedTopics()));
    while (!missing(partitions).isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new StartupException("Topics were created but are not visible after %d s: %s."
            .formatted(VISIBLE_TIMEOUT.toSeconds(), String.join(", ", missing(partitions))));
      }
      pause();
      partitions.putAll(cluster.partitions(config.usedTopics()));
    }
    return partitions;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartupException("Interrupted while waiting for created topics.", e);
    }
  }

  /** Compares the partitions of the topics that exist. */
  static void compare(TopicNames topics, Map<String, Integer> partitions) {
    Integer input = partitions.get(topics.input());
    for (String topic : List.of(topics.sparse(), topics.dense(), topics.actions())) {
      Integer count = partitions.get(topic);
      if (input != null && count != null && !count.equals(input)) {
        throw new StartupException(
            "Topic %s has %d partitions, but the input topic %s has %d: %s must have as many."
                .formatted(
                    topic,
                    count,
                    topics.input(),
                    input,
                    topic.equals(topics.actions()) ? "the topic of actions" : "an output"));
      }
    }
  }
}
