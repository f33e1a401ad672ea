package io.promptstream.workbench.bench;

import static java.util.stream.Collectors.toMap;

import io.promptstream.topology.cli.CommandFailedException;
import io.promptstream.topology.config.TopicNames;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Admin client of the benchmark: creates topics, and reads their offsets and sizes. */
final class BenchCluster implements AutoCloseable {
  /** An event with a mask has 257 KiB; every application accepts events of this size. */
  private static final int INPUT_BYTES = 1 << 20;

  /** A full dense embedding has 4 MiB; an application may send twice that. */
  private static final int OUTPUT_BYTES = 8 << 20;

  private static final String DELETE_DELAY_MILLIS = "1000";

  private static final Duration VISIBLE_TIMEOUT = Duration.ofMinutes(2);
  private static final long POLL_MILLIS = 20;

  private final Admin admin;

  private BenchCluster(Admin admin) {
    this.admin = admin;
  }

  /** Connects, and makes the broker delete files of topics after 1 s instead of 60 s. */
  static BenchCluster connect(String bootstrapServers) throws InterruptedException {
    BenchCluster cluster = new BenchCluster(
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers)));
    ConfigResource allBrokers = new ConfigResource(ConfigResource.Type.BROKER, "");
    ConfigEntry delay = new ConfigEntry("log.segment.delete.delay.ms", DELETE_DELAY_MILLIS);
    cluster.get(cluster
        .admin
        .incrementalAlterConfigs(Map.of(allBrokers, List.of(new AlterConfigOp(delay, OpType.SET))))
        .all());
    return cluster;
  }

  /** Creates an input topic. */
  void createInput(String topic, Map<String, String> configs) throws InterruptedException {
    create(List.of(topic), INPUT_BYTES, configs);
  }

  /** Creates the four output topics. */
  void createOutputs(TopicNames topics, Map<String, String> configs) throws InterruptedException {
    create(List.of(topics.sparse(), topics.dense(), topics.errors()), OUTPUT_BYTES, configs);
    Map<String, String> compacted = new HashMap<>(configs);
    compacted.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    create(List.of(topics.models()), OUTPUT_BYTES, compacted);
  }

  private void create(List<String> names, int maxMessageBytes, Map<String, String> configs)
      throws InterruptedException {
    Map<String, String> all = new HashMap<>(configs);
    all.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxMessageBytes));
    // Inputs and outputs get their timestamps from the same clock, the broker's.
    all.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    all.put(TopicConfig.FILE_DELETE_DELAY_MS_CONFIG, DELETE_DELAY_MILLIS);
    get(admin
        .createTopics(names.stream()
            .map(name -> new NewTopic(
                    name, Optional.of(BenchPlan.PARTITIONS), Optional.<Short>empty())
                .configs(all))
            .toList())
        .all());
    awaitVisible(names);
  }

  /** The controller knows a new topic at once, the broker a little later. */
  private void awaitVisible(List<String> names) throws InterruptedException {
    long deadline = System.nanoTime() + VISIBLE_TIMEOUT.toNanos();
    while (true) {
      try {
        admin.describeTopics(names).allTopicNames().get();
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
            || System.nanoTime() > deadline) {
          throw failed(e);
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    }
  }

  void delete(Collection<String> topics) throws InterruptedException {
    get(admin.deleteTopics(topics).all());
  }

  /** Returns the partitions of a benchmark topic. */
  static List<TopicPartition> partitions(String topic) {
    return IntStream.range(0, BenchPlan.PARTITIONS)
        .mapToObj(partition -> new TopicPartition(topic, partition))
        .toList();
  }

  /** Returns the end offset of each partition, including open transactions. */
  Map<TopicPartition, Long> endOffsets(Collection<String> topics) throws InterruptedException {
    Map<TopicPartition, OffsetSpec> latest = topics.stream()
        .flatMap(topic -> partitions(topic).stream())
        .collect(toMap(partition -> partition, partition -> OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    get(admin.listOffsets(latest).all())
        .forEach((partition, answer) -> ends.put(partition, answer.offset()));
    return ends;
  }

  /** Returns the committed offset of each partition for which the group has one. */
  Map<TopicPartition, Long> committed(String group) throws InterruptedException {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach((partition, answer) -> {
          if (answer != null) {
            offsets.put(partition, answer.offset());
          }
        });
    return offsets;
  }

  /** Returns the size of topics in the broker's log, in bytes. */
  long logBytes(Collection<String> topics) throws InterruptedException {
    return get(admin.describeLogDirs(List.of(nodeId())).allDescriptions()).values().stream()
        .flatMap(directories -> directories.values().stream())
        .flatMap(directory -> directory.replicaInfos().entrySet().stream())
        .filter(replica -> topics.contains(replica.getKey().topic()))
        .mapToLong(replica -> replica.getValue().size())
        .sum();
  }

  private int nodeId() throws InterruptedException {
    return get(admin.describeCluster().nodes()).iterator().next().id();
  }

  /** Deletes the records before these offsets. */
  void deleteBefore(Map<TopicPartition, Long> offsets) throws InterruptedException {
    Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
    offsets.forEach(
        (partition, offset) -> all.put(partition, RecordsToDelete.beforeOffset(offset)));
    get(admin.deleteRecords(all).all());
  }

  private <T> T get(KafkaFuture<T> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw failed(e);
    }
  }

  private static CommandFailedException failed(ExecutionException e) {
    return new CommandFailedException("The benchmark's broker failed: " + e.getCause(), e);
  }

  @Override
  public void close() {
    // Nothing waits for a pending request.
    admin.close(Duration.ZERO);
  }
}
