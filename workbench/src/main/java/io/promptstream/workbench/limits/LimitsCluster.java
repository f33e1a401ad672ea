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

/** The broker as a run sees it: how far topics are, what may go, and how slow it is to be. */
final class LimitsCluster implements AutoCloseable {
  static final double UNLIMITED_BYTES_PER_SECOND = 1e12;

  private final Admin admin;
  private final int partitions;

  LimitsCluster(String bootstrapServers, int partitions) {
    admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    this.partitions = partitions;
  }

  /** Returns how many records were ever written to a topic. */
  long written(String topic) throws InterruptedException {
    return ends(topic).values().stream().mapToLong(Long::longValue).sum();
  }

  /** Lets the broker drop all that was written to a topic so far. */
  void delete(String topic) throws InterruptedException {
    deleteBefore(ends(topic));
  }

  /** Lets the broker drop what a group has committed of a topic. */
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

  /** Lets clients other than the one of this id send so much in a second, and no more. */
  void limitAllBut(String clientId, double bytesPerSecond) throws InterruptedException {
    Map<String, String> everyone = new HashMap<>();
    everyone.put(ClientQuotaEntity.CLIENT_ID, null);
    get(admin
        .alterClientQuotas(List.of(
            quota(everyone, bytesPerSecond),
            quota(Map.of(ClientQuotaEntity.CLIENT_ID, clientId), UNLIMITED_BYTES_PER_SECOND)))
        .all());
  }

  private static ClientQuotaAlteration quota(Map<String, String> entity, double bytesPerSecond) {
    return new ClientQuotaAlteration(
        new ClientQuotaEntity(entity),
        List.of(new ClientQuotaAlteration.Op("producer_byte_rate", bytesPerSecond)));
  }

  private Map<TopicPartition, Long> ends(String topic) throws InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = IntStream.range(0, partitions)
        .mapToObj(partition -> new TopicPartition(topic, partition))
        .collect(toMap(partition -> partition, partition -> OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    get(admin.listOffsets(asked).all())
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
