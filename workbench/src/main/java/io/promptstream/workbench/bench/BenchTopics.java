package io.promptstream.workbench.bench;

import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.services.Cluster;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;

/** Creates the topics of the benchmark and reads their sizes. */
final class BenchTopics {
  /** An event with a mask has 257 KiB; every application accepts events of this size. */
  private static final int INPUT_BYTES = 1 << 20;

  /** A full dense embedding has 4 MiB; an application may send twice that. */
  static final int OUTPUT_BYTES = 8 << 20;

  private static final String DELETE_DELAY_MILLIS = "1000";

  private final Cluster cluster;

  BenchTopics(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Creates an input topic. */
  void createInput(String topic, Map<String, String> configs) throws InterruptedException {
    create(List.of(topic), INPUT_BYTES, configs);
  }

  /** Creates the topics that an application writes, other than those of Kafka Streams. */
  void createOutputs(Launch launch, Map<String, String> configs) throws InterruptedException {
    TopicNames topics = launch.topics();
    if (launch.hasActions()) {
      createInput(topics.input(), configs);
    }
    create(List.of(topics.sparse(), topics.dense(), topics.errors()), OUTPUT_BYTES, configs);
    Map<String, String> compacted = new HashMap<>(configs);
    compacted.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    create(List.of(topics.models()), OUTPUT_BYTES, compacted);
  }

  /** Deletes all topics that an application wrote. */
  void deleteOutputs(Launch launch) throws InterruptedException {
    TopicNames topics = launch.topics();
    List<String> names =
        new ArrayList<>(List.of(topics.sparse(), topics.dense(), topics.errors(), topics.models()));
    if (launch.hasActions()) {
      names.add(topics.input());
      names.add(launch.sessionsChangelog());
    }
    cluster.delete(names);
  }

  private void create(Collection<String> names, int maxMessageBytes, Map<String, String> configs)
      throws InterruptedException {
    Map<String, String> all = new HashMap<>(configs);
    all.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxMessageBytes));
    // Inputs and outputs get their timestamps from the same clock, the broker's.
    all.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    // Kafka's default of 60 s would fill the disk.
    all.put(TopicConfig.FILE_DELETE_DELAY_MS_CONFIG, DELETE_DELAY_MILLIS);
    cluster.create(names.stream()
        .map(name -> new NewTopic(name, Optional.of(BenchPlan.PARTITIONS), Optional.<Short>empty())
            .configs(all))
        .toList());
  }

  /** Returns the end offset of each partition. */
  Map<TopicPartition, Long> ends(Collection<String> topics) throws InterruptedException {
    return cluster.ends(Cluster.partitions(topics, BenchPlan.PARTITIONS));
  }

  /** Returns the size of topics in the broker's log, in bytes. */
  long logBytes(Collection<String> topics) throws InterruptedException {
    int node =
        Cluster.get(cluster.admin().describeCluster().nodes()).iterator().next().id();
    return Cluster.get(cluster.admin().describeLogDirs(List.of(node)).allDescriptions())
        .values()
        .stream()
        .flatMap(directories -> directories.values().stream())
        .flatMap(directory -> directory.replicaInfos().entrySet().stream())
        .filter(replica -> topics.contains(replica.getKey().topic()))
        .mapToLong(replica -> replica.getValue().size())
        .sum();
  }
}
