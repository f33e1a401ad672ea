package io.promptstream.workbench.guarantee;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * The state of the broker at the end of a run.
 *
 * @param topics all topics except Kafka's internal ones
 * @param expectedTopics topics created for the application
 * @param inputEnds end offset of each input partition
 * @param committed committed offsets of the application's group
 * @param cards keys on the topic of model cards
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

  /** Returns the number of records in the input. */
  long inputRecords() {
    return inputEnds.values().stream().mapToLong(Long::longValue).sum();
  }
}
