package io.promptstream.application;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptstream.topology.config.TopicNames;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicCheckTest {
  private static final TopicNames TOPICS =
      new TopicNames("in", "sparse", "dense", "errors", "models", "actions");

  @Test
  void shouldRejectAnOutputWithADifferentNumberOfPartitions() {
    Map<String, Integer> partitions = Map.of("in", 8, "sparse", 8, "dense", 4, "errors", 8);

    assertThatThrownBy(() -> TopicCheck.compare(TOPICS, partitions))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "Topic dense has 4 partitions, but the input topic in has 8: an output must have as"
                + " many.");
  }

  @Test
  void shouldRejectActionsWithADifferentNumberOfPartitions() {
    assertThatThrownBy(() -> TopicCheck.compare(TOPICS, Map.of("in", 8, "actions", 4)))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "Topic actions has 4 partitions, but the input topic in has 8: the topic of actions"
                + " must have as many.");
  }

  @Test
  void shouldAllowOtherPartitionsForTheErrors() {
    Map<String, Integer> partitions = Map.of("in", 8, "sparse", 8, "dense", 8, "errors", 1);

    assertThatCode(() -> TopicCheck.compare(TOPICS, partitions)).doesNotThrowAnyException();
  }

  @Test
  void shouldAllowOtherPartitionsForTheModelCards() {
    Map<String, Integer> partitions = Map.of("in", 8, "sparse", 8, "dense", 8, "models", 1);

    assertThatCode(() -> TopicCheck.compare(TOPICS, partitions)).doesNotThrowAnyException();
  }

  @Test
  void shouldCompareOnlyTopicsThatExist() {
    assertThatCode(() -> TopicCheck.compare(TOPICS, Map.of("sparse", 8, "dense", 4)))
        .doesNotThrowAnyException();
    assertThatCode(() -> TopicCheck.compare(TOPICS, Map.of("in", 8))).doesNotThrowAnyException();
  }
}
