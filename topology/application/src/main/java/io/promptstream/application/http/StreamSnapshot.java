package io.promptstream.application.http;

import io.promptstream.application.PromptStreamApplication;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Metric;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.ThreadMetadata;

/**
 * What a running application says about itself at one moment.
 *
 * @param state of Kafka Streams
 * @param failure why it failed, if it did
 * @param threads its stream threads; none while it stops
 */
record StreamSnapshot(State state, Optional<String> failure, List<StreamThread> threads) {
  /**
   * A stream thread.
   *
   * @param name its name
   * @param dead whether it has ended
   * @param partitions number of its partitions of the input topic
   * @param begun number of events that it has begun to process
   * @param polls number of its polls
   * @param lag number of events that its consumer knows of and has not polled
   * @param sinceHeartbeat seconds since its consumer reached the group's coordinator
   */
  record StreamThread(
      String name,
      boolean dead,
      int partitions,
      double begun,
      double polls,
      double lag,
      double sinceHeartbeat) {}

  static StreamSnapshot of(PromptStreamApplication application) {
    Collection<? extends Metric> metrics = application.metrics().values();
    return new StreamSnapshot(
        application.state(),
        application.failure().map(Throwable::toString),
        application.threads().stream().map(thread -> thread(thread, metrics)).toList());
  }

  private static StreamThread thread(ThreadMetadata thread, Collection<? extends Metric> metrics) {
    Map.Entry<String, String> own = Map.entry("thread-id", thread.threadName());
    Map.Entry<String, String> its = Map.entry("client-id", thread.consumerClientId());
    return new StreamThread(
        thread.threadName(),
        thread.threadState().equals("DEAD"),
        thread.activeTasks().size(),
        sum(metrics, "stream-topic-metrics", "records-consumed-total", own),
        sum(metrics, "stream-thread-metrics", "poll-total", own),
        sum(metrics, "consumer-fetch-manager-metrics", "records-lag", its),
        sum(metrics, "consumer-coordinator-metrics", "last-heartbeat-seconds-ago", its));
  }

  private static double sum(
      Collection<? extends Metric> metrics,
      String group,
      String name,
      Map.Entry<String, String> tag) {
    return metrics.stream()
        .filter(metric -> metric.metricName().name().equals(name)
            && metric.metricName().group().equals(group)
            && tag.getValue().equals(metric.metricName().tags().get(tag.getKey())))
        .mapToDouble(metric -> ((Number) metric.metricValue()).doubleValue())
        .filter(value -> !Double.isNaN(value))
        .sum();
  }
}
