package io.promptstream.workbench.bench;

import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.services.Cluster;
import io.promptstream.workbench.services.Completion;
import io.promptstream.workbench.services.Services;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Counts a contestant's finished events, those that are permanently in both output topics.
 *
 * <p>With at-least-once, and for a peer, an event is finished when its records are appended: the
 * count is the lower end offset of the two output topics. With exactly-once it is finished when it
 * is committed, every 100 ms: the count is the input's committed offset, because commit markers
 * take up offsets in the output topics.
 *
 * <p>With exactly-once, an action of a session is finished when both it and its prompt are
 * committed: the count is the committed offset of the actions, less the records of the prompts'
 * topic after its committed offset. While actions are processed, this is up to 100 ms late.
 */
final class Progress implements Completion.Count {
  private final Cluster cluster;
  private final Launch launch;

  Progress(Services services, Launch launch) {
    cluster = services.cluster();
    this.launch = launch;
  }

  /** Returns the number of finished events. */
  @Override
  public long done() throws InterruptedException {
    return Cluster.sum(byPartition());
  }

  /** Returns the number of finished events in each input partition. */
  Map<TopicPartition, Long> byPartition() throws InterruptedException {
    if (launch.contestant().program() instanceof Peer) {
      return appended();
    }
    return switch (launch.plan().stream().guarantee()) {
      case AT_LEAST_ONCE -> appended();
      case EXACTLY_ONCE_V2 ->
        launch.hasActions() ? actionsCommitted() : cluster.committed(launch.id());
    };
  }

  private Map<TopicPartition, Long> appended() throws InterruptedException {
    TopicNames topics = launch.topics();
    Map<TopicPartition, Long> done = new HashMap<>();
    // Outputs keep the partition number of their event.
    new BenchTopics(cluster)
        .ends(List.of(topics.sparse(), topics.dense()))
        .forEach((partition, end) ->
            done.merge(new TopicPartition(launch.input(), partition.partition()), end, Math::min));
    return done;
  }

  private Map<TopicPartition, Long> actionsCommitted() throws InterruptedException {
    Map<TopicPartition, Long> committed = cluster.committed(launch.id());
    Map<TopicPartition, Long> done = new HashMap<>();
    // The ends are read later, so that no prompt of a committed action is missing.
    new BenchTopics(cluster).ends(List.of(launch.topics().input())).forEach((prompts, end) -> {
      TopicPartition actions = new TopicPartition(launch.input(), prompts.partition());
      long waiting = end - committed.getOrDefault(prompts, 0L);
      done.put(actions, Math.max(0, committed.getOrDefault(actions, 0L) - waiting));
    });
    return done;
  }
}
