package io.promptstream.workbench.bench;

import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.Guarantee;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Counts an application's finished events, those that are permanently in both output topics.
 *
 * <p>With at-least-once, an event is finished when its records are appended: the count is the lower
 * end offset of the two output topics. With exactly-once it is finished when it is committed, every
 * 100 ms: the count is the input's committed offset, because commit markers take up offsets in the
 * output topics.
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

  /** Returns the number of finished events. */
  long done() throws InterruptedException {
    return byPartition().values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the number of finished events in each input partition. */
  Map<TopicPartition, Long> byPartition() throws InterruptedException {
    return switch (guarantee) {
      case AT_LEAST_ONCE -> appended();
      case EXACTLY_ONCE_V2 -> cluster.committed(group);
    };
  }

  private Map<TopicPartition, Long> appended() throws InterruptedException {
    Map<TopicPartition, Long> done = new HashMap<>();
    // Outputs keep the partition number of their event.
    cluster
        .endOffsets(List.of(topics.sparse(), topics.dense()))
        .forEach((partition, end) ->
            done.merge(new TopicPartition(topics.input(), partition.partition()), end, Math::min));
    return done;
  }
}
