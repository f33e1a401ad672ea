package io.promptstream.workbench.bench;

import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.Guarantee;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * How many events of an application are done, that is in both output topics for good.
 *
 * <p>At least once, an event is done when its records are appended, so the ends of the output
 * topics tell, the one that is behind. With exactly-once it is done when it is committed, every 100
 * ms; and as commits write marks of their own into the output topics, the input's committed offsets
 * tell.
 */
final class Progress {
  private final BenchCluster cluster;
  private final Guarantee guarantee;
  private final TopicNames topics;
  private final String group;

  Progress(BenchCluster cluster, Guarantee guarantee, TopicNames topics, String group) {
    this.cluster = cluster;
    this.guarantee = guarantee;
    this.topics = topics;
    this.group = group;
  }

  /** Returns how many events are done. */
  long done() throws InterruptedException {
    return byPartition().values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns how many events of each of the input's partitions are done. */
  Map<TopicPartition, Long> byPartition() throws InterruptedException {
    return switch (guarantee) {
      case AT_LEAST_ONCE -> appended();
      case EXACTLY_ONCE_V2 -> cluster.committed(group);
    };
  }

  private Map<TopicPartition, Long> appended() throws InterruptedException {
    Map<TopicPartition, Long> done = new HashMap<>();
    // Outputs have their event's partition number.
    cluster
        .endOffsets(List.of(topics.sparse(), topics.dense()))
        .forEach((partition, end) ->
            done.merge(new TopicPartition(topics.input(), partition.partition()), end, Math::min));
    return done;
  }
}
