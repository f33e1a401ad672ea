package io.promptstream.workbench.limits;

import static java.util.stream.Collectors.toMap;

import io.promptstream.topology.cli.CommandFailedException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;

/** Admin client of a run: reads offsets, deletes records and sets quotas. */
final class LimitsCluster implements AutoCloseable {
  static final double UNLIMITED_BYTES_PER_SECOND = 1e12;

  private final Admin admin;
  private final int partitions;

  LimitsCluster(String bootstrapServers, int partitions) {
    admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    this.partitions = partitions;
  }

  /** Returns the number of records ever written to a topic. */
  long written(String topic) throws InterruptedException {
    return ends(topic).values().stream().mapToLong(Long::longValue).sum();
  }

  /** Deletes all records of a topic written so far. */
  void delete(String topic) throws InterruptedException {
    deleteBefore(ends(topic));
  }

  /** Deletes the records of a topic that a group has committed. */
  void deleteCommitted(String group, String topic) throws InterruptedException {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach((partition, committed) -> {
          if (committed != null && partition.topic().equals(topic)) {
            offsets.put(partition, committed.offset());
          }
        });
    deleteBefore(offsets);
  }

  /** Sets a producer quota for all clients except the one with this id. */
  void limitAllBut(String clientId, double bytesPerSecond) throws InterruptedException {
    Map<String, String> defaultClient = new HashMap<>();
    defaultClient.put(ClientQuotaEntity.CLIENT_ID, null);
    get(admin
        .alterClientQuotas(List.of(
            quota(defaultClient, bytesPerSecond),
            quota(Map.of(ClientQuotaEntity.CLIENT_ID, clientId), UNLIMITED_BYTES_PER_SECOND)))
        .all());
  }

  private static ClientQuotaAlteration quota(Map<String, String> entity, double bytesPerSecond) {
    return new ClientQuotaAlteration(
        new ClientQuotaEntity(entity),
        List.of(new ClientQuotaAlteration.Op("producer_byte_rate", bytesPerSecond)));
  }

  private Map<TopicPartition, Long> ends(String topic) throws InterruptedException {
    Map<TopicPartition, OffsetSpec> latest = IntStream.range(0, partitions)
        .mapToObj(partition -> new TopicPartition(topic, partition))
        .collect(toMap(partition -> partition, partition -> OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    get(admin.listOffsets(latest).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  private void deleteBefore(Map<TopicPartition, Long> offsets) throws InterruptedException {
    get(admin
        .deleteRecords(offsets.entrySet().stream()
            .collect(
                toMap(Map.Entry::getKey, entry -> RecordsToDelete.beforeOffset(entry.getValue()))))
        .all());
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
    admin.close();
  }
}
