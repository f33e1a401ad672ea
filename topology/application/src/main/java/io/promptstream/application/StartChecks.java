package io.promptstream.application;

import io.promptstream.encoder.EncoderInfo;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.topology.registry.SharedSerdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs all checks and preparations before the stream starts. */
final class StartChecks {
  private static final Logger log = LoggerFactory.getLogger(StartChecks.class);

  private StartChecks() {}

  /**
   * Checks sizes, brokers, topics and registry, and publishes the model cards.
   *
   * @param serdes afterwards have our schemas and those of the input topic in memory, so that the
   *     stream does not request them
   * @throws StartupException with one sentence, if a check fails
   */
  static void run(PromptStreamConfig config, Models models, SharedSerdes serdes) {
    long begin = System.nanoTime();
    List<EncoderInfo> infos =
        models.all().stream().map(model -> model.encoder().info()).toList();
    infos.forEach(info -> RecordSizeCheck.checkProducer(config, info));
    if (config.sessions()) {
      StateDirectoryCheck.run(config);
    }
    try (Brokers cluster = Brokers.connect(config.clients(), config.startTimeout())) {
      new TopicCheck(cluster, config).run();
      Map<String, TopicSettings> topics = settings(cluster, config);
      RecordSizeCheck.checkTopics(config, topics);
      TopicSettingsCheck.run(config.topics(), topics);
      logMemory(memory(config, infos, cluster, topics));
    }
    Duration passed = Duration.ofNanos(System.nanoTime() - begin);
    new SchemaCheck(config, serdes).run(config.startTimeout().minus(passed));
    InterruptibleCall.call("the schemas of the input topics", () -> {
      serdes.eventReader().learnRegistered();
      if (config.sessions()) {
        serdes.actionReader().learnRegistered();
      }
      return true;
    });
    infos.stream()
        .filter(EncoderInfo::randomWeights)
        .forEach(info -> log.warn(
            "Model {} has random (untrained) weights: use it only for trials", info.modelId()));
    new ModelCardPublisher(config, serdes)
        .publish(
            models.all().stream().map(model -> ModelCards.of(model.encoder())).toList());
  }

  private static Map<String, TopicSettings> settings(Brokers cluster, PromptStreamConfig config) {
    List<String> topics = new ArrayList<>(config.usedTopics());
    if (config.sessions()
        && !cluster.partitions(List.of(config.sessionsChangelog())).isEmpty()) {
      topics.add(config.sessionsChangelog());
    }
    return cluster.settings(topics);
  }

  private static MemoryBound memory(
      PromptStreamConfig config,
      List<EncoderInfo> infos,
      Brokers cluster,
      Map<String, TopicSettings> topics) {
    String input = config.inputTopic();
    int partitions = cluster.partitions(List.of(input)).getOrDefault(input, config.partitions());
    int known = topics.getOrDefault(input, TopicSettings.UNKNOWN).maxMessageBytes();
    int maxMessageBytes =
        known == TopicSettings.UNKNOWN.maxMessageBytes() ? config.maxRequestSize() : known;
    return MemoryBound.of(config, infos, partitions, maxMessageBytes);
  }

  private static void logMemory(MemoryBound bound) {
    long heap = Runtime.getRuntime().maxMemory();
    log.info(
        "Needs at most {} MiB of heap, or {} MiB if producers fill events with headers; the heap"
            + " has {} MiB. Resident memory is at most {} MiB if the models run on a CPU",
        bound.heapMib(),
        bound.heapMibWithHeaders(),
        heap >> 20,
        bound.residentBytes(heap) >> 20);
    if (heap < bound.heapBytes()) {
      log.warn(
          "The heap has {} MiB, but the events that these settings allow can need {} MiB: raise"
              + " -Xmx, or lower the input topic's max.message.bytes.",
          heap >> 20,
          bound.heapMib());
    }
  }
}
