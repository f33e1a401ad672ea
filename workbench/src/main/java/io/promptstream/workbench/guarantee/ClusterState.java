package io.promptstream.workbench.guarantee;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * What the broker has at the end.
 *
 * @param topics all topics but Kafka's own
 * @param expectedTopics those that were created for the application
 * @param inputEnds the end offset of each partition of the input
 * @param committed what the application's group has committed of them
 * @param cards the keys on the topic of model cards
 */
public record ClusterState(
    Set<String> topics,
    Set<String> expectedTopics,
    Map<TopicPartition, Long> inputEnds,
    Map<TopicPartition, Long> committed,
    Set<String> cards) {
  public ClusterState {
    topics = Set.copyOf(topics);
    expectedTopics = Set.copyOf(expectedTopics);
    inputEnds = Map.copyOf(inputEnds);
    committed = Map.copyOf(committed);
    cards = Set.copyOf(cards);
  }

  /** Returns how many records the input has. */
  long inputRecords() {
    return inputEnds.values().stream().mapToLong(Long::longValue).sum();
  }
}
