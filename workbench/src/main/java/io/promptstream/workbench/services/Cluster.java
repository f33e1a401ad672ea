package io.promptstream.workbench.services;

import static java.util.stream.Collectors.toMap;

import io.promptstream.application.cli.CommandFailedException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Admin client: creates and deletes topics, reads offsets and deletes records. */
public final class Cluster implements AutoCloseable {
  private static final Duration VISIBLE_TIMEOUT = Duration.ofMinutes(2);
  private static final long POLL_MILLIS = 20;

  private final Admin admin;

  Cluster(String bootstrapServers) {
    admin = Admin.create(Map.of(
        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
        bootstrapServers,
        AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
        500));
  }

  /** Returns the client, for requests that have no method here. */
  public Admin admin() {
    return admin;
  }

  /**
   * Creates topics and waits until the leaders of all partitions take records, which is a little
   * later than the broker knows the topic. A producer that begins in between can fail: if its first
   * batch comes too early and its second does not, the broker takes the second and then refuses the
   * first for its sequence number until it expires (KAFKA-15591).
   *
   * @param topics with their numbers of partitions
   */
  public void create(List<NewTopic> topics) throws InterruptedException {
    get(admin.createTopics(topics).all());
    List<String> names = topics.stream().map(NewTopic::name).toList();
    long deadline = System.nanoTime() + VISIBLE_TIMEOUT.toNanos();
    while (!areVisible(names)) {
      if (System.nanoTime() > deadline) {
        throw new CommandFailedException("The broker does not know new topics: " + names);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    // Only leaders know end offsets, so the client waits for them.
    ends(topics.stream()
        .flatMap(topic -> partitions(List.of(topic.name()), topic.numPartitions()).stream())
        .toList());
  }

  private boolean areVisible(List<String> topics) throws InterruptedException {
    try {
      admin.describeTopics(topics).allTopicNames().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw failed(e);
    }
  }

  /** Deletes topics. */
  public void delete(Collection<String> topics) throws InterruptedException {
    get(admin.deleteTopics(topics).all());
  }

  /** Returns the first partitions of topics. */
  public static List<TopicPartition> partitions(Collection<String> topics, int count) {
    return topics.stream()
        .flatMap(topic ->
            IntStream.range(0, count).mapToObj(partition -> new TopicPartition(topic, partition)))
        .toList();
  }

  /** Returns the end offset of each partition, including open transactions. */
  public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions)
      throws InterruptedException {
    Map<TopicPartition, Long> ends = new HashMap<>();
    get(admin
            .listOffsets(partitions.stream()
                .collect(toMap(partition -> partition, partition -> OffsetSpec.latest())))
            .all())
        .forEach((partition, answer) -> ends.put(partition, answer.offset()));
    return ends;
  }

  /** Returns the committed offset of each partition for which the group has one. */
  public Map<TopicPartition, Long> committed(String group) throws InterruptedException {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach((partition, answer) -> {
          if (answer != null) {
            offsets.put(partition, answer.offset());
          }
        });
    return offsets;
  }

  /** Returns the sum of offsets: the number of records before them. */
  public static long sum(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Deletes the records before these offsets. */
  public void deleteBefore(Map<TopicPartition, Long> offsets) throws InterruptedException {
    Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
    offsets.forEach(
        (partition, offset) -> all.put(partition, RecordsToDelete.beforeOffset(offset)));
    get(admin.deleteRecords(all).all());
  }

  /**
   * Waits for an answer of the broker.
   *
   * @throws CommandFailedException if it refuses the request
   */
  public static <T> T get(KafkaFuture<T> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw failed(e);
    }
  }

  private static CommandFailedException failed(ExecutionException e) {
    return new CommandFailedException("The broker failed: " + e.getCause(), e);
  }

  @Override
  public void close() {
    // Nothing waits for a pending request.
    admin.close(Duration.ZERO);
  }
}
