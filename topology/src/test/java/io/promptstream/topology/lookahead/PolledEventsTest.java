package io.promptstream.topology.lookahead;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class PolledEventsTest {
  private final PolledEvents polled = new PolledEvents("prompt-events");

  @Test
  void shouldNoteOnlyEventsOfTheInputTopic() {
    polled.note(records("another-source"));
    assertThat(polled.size()).isZero();

    polled.note(records("prompt-events"));
    assertThat(polled.size()).isEqualTo(1);
  }

  private static ConsumerRecords<byte[], byte[]> records(String topic) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(topic, 0, 5, new byte[0], new byte[1]);
    return new ConsumerRecords<>(Map.of(new TopicPartition(topic, 0), List.of(record)), Map.of());
  }
}
