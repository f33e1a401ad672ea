package io.promptstream.topology.app;

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

/** All topics are there, and the outputs are co-partitioned with the input. */
final class TopicCheck {
  private static final Duration UNTIL_VISIBLE = Duration.ofSeconds(15);
  private static final long BETWEEN_LOOKS_MILLIS = 50;

  /** A few cards of some kilobytes, which whoever wants one reads all. */
  private static final int MODELS_PARTITIONS = 1;

  private final Cluster cluster;
  private final PromptStreamConfig config;

  TopicCheck(Cluster cluster, PromptStreamConfig config) {
    this.cluster = cluster;
    this.config = config;
  }

  void run() {
    TopicNames topics = config.topics();
    Map<String, Integer> partitions = new HashMap<>(cluster.partitions(topics.all()));
    List<String> missing = missing(partitions);
    if (!missing.isEmpty() && !config.createTopics()) {
      throw new StartupException("Missing topics: %s. Create them, or set %s=true."
          .formatted(String.join(", ", missing), PromptStreamConfig.TOPICS_CREATE));
    }
    int inputPartitions = partitions.computeIfAbsent(topics.input(), name -> config.partitions());
    // Before any is created: what is refused must not leave topics behind.
    compare(topics, partitions);
    missing.forEach(topic -> cluster.create(newTopic(topic, inputPartitions)));
    if (!missing.isEmpty()) {
      // Again, for another instance may have been faster, with other settings.
      compare(topics, awaitAll());
    }
  }

  private List<String> missing(Map<String, Integer> partitions) {
    return config.topics().all().stream()
        .filter(topic -> !partitions.containsKey(topic))
        .toList();
  }

  private NewTopic newTopic(String name, int inputPartitions) {
    boolean models = name.equals(config.modelsTopic());
    int partitions = models ? MODELS_PARTITIONS : inputPartitions;
    Optional<Short> replication = config.replicationFactor() == -1
        ? Optional.empty()
        : Optional.of(config.replicationFactor());
    Map<String, String> settings = models ? modelsSettings() : settings(name);
    return new NewTopic(name, Optional.of(partitions), replication).configs(settings);
  }

  private Map<String, String> modelsSettings() {
    return Map.of(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        TopicConfig.CLEANUP_POLICY_COMPACT,
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
        Integer.toString(config.maxRequestSize()));
  }

  private Map<String, String> settings(String name) {
    // An event, with the headers of an error, must fit where it goes if it is rejected.
    int maxMessageBytes = name.equals(config.inputTopic())
        ? config.maxRequestSize() - RecordSizeCheck.HEADROOM
        : config.maxRequestSize();
    Map<String, String> settings = new HashMap<>();
    settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxMessageBytes));
    if (!name.equals(config.inputTopic())) {
      // Timestamps are the events'; whether they are plausible was the input's to say.
      settings.put(
          TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, Long.toString(Long.MAX_VALUE));
      settings.put(
          TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, Long.toString(Long.MAX_VALUE));
    }
    return settings;
  }

  /**
   * A created topic is known to the controller at once, but to the other brokers a little later.
   */
  private Map<String, Integer> awaitAll() {
    long deadline = System.nanoTime() + UNTIL_VISIBLE.toNanos();
    Map<String, Integer> partitions =
        new HashMap<>(cluster.partitions(config.topics().all()));
    while (!missing(partitions).isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new StartupException("Topics were created but are still not there after %d s: %s."
            .formatted(UNTIL_VISIBLE.toSeconds(), String.join(", ", missing(partitions))));
      }
      pause();
      partitions.putAll(cluster.partitions(config.topics().all()));
    }
    return partitions;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartupException("Interrupted while waiting for created topics.", e);
    }
  }

  /** Compares the partitions of the topics that exist. */
  static void compare(TopicNames topics, Map<String, Integer> partitions) {
    Integer input = partitions.get(topics.input());
    for (String output : topics.outputs()) {
      Integer count = partitions.get(output);
      if (input != null && count != null && !count.equals(input)) {
        throw new StartupException(
            "Topic %s has %d partitions, but the input topic %s has %d: an output must have as many."
                .formatted(output, count, topics.input(), input));
      }
    }
  }
}
