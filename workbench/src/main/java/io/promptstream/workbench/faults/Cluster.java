package io.promptstream.workbench.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.promptstream.topology.cli.CommandFailedException;
import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.guarantee.ClusterState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Admin client for one application: its topics, offsets and transactions. */
final class Cluster implements AutoCloseable {
  private static final String UNLIMITED_RETENTION = "-1";
  private static final short REPLICATION_FACTOR = 1;

  /** Longer than a healthy instance keeps a transaction open. */
  private static final Duration LONG_TRANSACTION = Duration.ofMillis(500);

  private final Admin admin;
  private final String bootstrapServers;
  private final TopicNames topics;
  private final String group;
  private final Set<String> existingTopics = new HashSet<>();

  /**
   * Connects.
   *
   * @param topics topics of the application
   * @param group its {@code application.id}
   */
  Cluster(String bootstrapServers, TopicNames topics, String group) {
    this.bootstrapServers = bootstrapServers;
    this.topics = topics;
    this.group = group;
    admin = Admin.create(Map.of(
        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
        bootstrapServers,
        AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
        500));
  }

  /** Creates the application's topics, which keep records with any timestamp. */
  void createTopics() throws InterruptedException {
    existingTopics.addAll(get(admin.listTopics().names()));
    Map<String, String> configs = Map.of(
        TopicConfig.RETENTION_MS_CONFIG,
        UNLIMITED_RETENTION,
        TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
        Long.toString(Long.MAX_VALUE));
    List<NewTopic> all = new ArrayList<>();
    for (String topic : List.of(topics.input(), topics.sparse(), topics.dense(), topics.errors())) {
      all.add(new NewTopic(topic, FaultPlan.PARTITIONS, REPLICATION_FACTOR).configs(configs));
    }
    all.add(new NewTopic(topics.models(), 1, REPLICATION_FACTOR)
        .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)));
    get(admin.createTopics(all).all());
  }

  /** Returns whether a transaction has been open longer than a healthy instance keeps it. */
  boolean hasLongTransaction() throws InterruptedException {
    ListTransactionsOptions options = new ListTransactionsOptions()
        .filterStates(List.of(TransactionState.ONGOING))
        .filterOnDuration(LONG_TRANSACTION.toMillis());
    return !get(admin.listTransactions(options).all()).isEmpty();
  }

  /** Returns the end offsets of partitions, including open transactions. */
  Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> latest =
        partitions.stream().collect(toMap(partition -> partition, p -> OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    get(admin.listOffsets(latest).all())
        .forEach((partition, answer) -> ends.put(partition, answer.offset()));
    return ends;
  }

  private Map<TopicPartition, Long> inputEnds() throws InterruptedException {
    return ends(IntStream.range(0, FaultPlan.PARTITIONS)
        .mapToObj(partition -> new TopicPartition(topics.input(), partition))
        .toList());
  }

  private Map<TopicPartition, Long> committed() throws InterruptedException {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach((partition, answer) -> {
          if (answer != null) {
            offsets.put(partition, answer.offset());
          }
        });
    return offsets;
  }

  /** Returns whether the application has committed the end of the input. */
  boolean isCommittedToTheEnd() throws InterruptedException {
    Map<TopicPartition, Long> committed = committed();
    return inputEnds().entrySet().stream()
        .allMatch(end -> end.getValue().equals(committed.getOrDefault(end.getKey(), 0L)));
  }

  /** Returns the current state. */
  ClusterState state() throws InterruptedException {
    Set<String> names = new HashSet<>(get(admin.listTopics().names()));
    names.removeAll(existingTopics);
    return new ClusterState(names, Set.copyOf(topics.all()), inputEnds(), committed(), cards());
  }

  private Set<String> cards() throws InterruptedException {
    TopicPartition partition = new TopicPartition(topics.models(), 0);
    long end = ends(List.of(partition)).getOrDefault(partition, 0L);
    Set<String> keys = new HashSet<>();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
        Map.of("bootstrap.servers", bootstrapServers),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (consumer.position(partition) < end) {
        keys.addAll(consumer.poll(Duration.ofMillis(100)).records(partition).stream()
            .map(record -> new String(record.key(), UTF_8))
            .collect(toSet()));
      }
    }
    return keys;
  }

  private static <T> T get(KafkaFuture<T> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new CommandFailedException("The broker failed: " + e.getCause(), e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
