package io.promptstream.workbench.fuzz;

import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.services.Cluster;
import io.promptstream.workbench.services.Completion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Waits until the application has committed the whole input, and measures its rate. */
final class CommitWatch {
  private static final double RATE_FROM = 0.05;
  private static final double RATE_TO = 0.95;

  private final Cluster cluster;
  private final FuzzPlan plan;
  private final List<Sample> samples = new ArrayList<>();

  /** The committed offset of each partition at one time. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Sample(long nanos, long[] committed) {}

  CommitWatch(Cluster cluster, FuzzPlan plan) {
    this.cluster = cluster;
    this.plan = plan;
  }

  /** Waits until all events are committed, see {@link Completion}. */
  void await(ChildJvm application) throws InterruptedException {
    Completion.Count count = () -> {
      Sample sample = new Sample(System.nanoTime(), committed());
      samples.add(sample);
      return Arrays.stream(sample.committed()).sum();
    };
    new Completion(application, count).await(plan.allEvents());
  }

  /** Returns the committed offset of each partition, 0 if there is none. */
  long[] committed() throws InterruptedException {
    Map<TopicPartition, Long> committed = cluster.committed(plan.application());
    return Cluster.partitions(List.of(plan.inputTopic()), FuzzEvents.PARTITIONS).stream()
        .mapToLong(partition -> committed.getOrDefault(partition, 0L))
        .toArray();
  }

  /**
   * Returns the events per second between two offsets of each partition, without the first and the
   * last 5%, during which other events were processed as well.
   */
  double rate(long[] from, long[] to) {
    long all = within(to, from, to);
    Sample first = reached(all * RATE_FROM, from, to);
    Sample last = reached(all * RATE_TO, from, to);
    double seconds = (last.nanos() - first.nanos()) / 1e9;
    return (within(last.committed(), from, to) - within(first.committed(), from, to)) / seconds;
  }

  private Sample reached(double done, long[] from, long[] to) {
    return samples.stream()
        .filter(sample -> within(sample.committed(), from, to) >= done)
        .findFirst()
        .orElseThrow();
  }

  private static long within(long[] committed, long[] from, long[] to) {
    long done = 0;
    for (int partition = 0; partition < committed.length; partition++) {
      done += Math.max(0, Math.min(committed[partition], to[partition]) - from[partition]);
    }
    return done;
  }
}
