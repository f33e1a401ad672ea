package io.promptstream.topology.lookahead;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

final class PartitionEventsTest {
  private final PartitionEvents events = new PartitionEvents();
  private final Map<Long, byte[]> values = new HashMap<>();

  @Test
  void shouldReturnNotedEvents() {
    note(5, 6, 8);

    assertThat(taken(5)).isTrue();
    assertThat(taken(6)).isTrue();
    assertThat(taken(8)).isTrue();
    assertThat(events.size()).isZero();
  }

  @Test
  void shouldDropAllEventsBelowATakenOffset() {
    note(5, 6, 7, 8);

    assertThat(taken(7)).isTrue();

    assertThat(offsets(10)).containsExactly(8L);
  }

  @Test
  void shouldNotReturnAnEventForAnOffsetBetweenOthers() {
    note(5, 8);

    assertThat(events.take(6, new byte[0])).isNull();

    assertThat(taken(8)).isTrue();
  }

  @Test
  void shouldReplaceEverythingFromTheFirstOffsetOfARepeatedPoll() {
    note(5, 6, 7, 8);
    byte[] stale = requireNonNull(values.get(7L));
    note(7, 9);

    assertThat(offsets(10)).containsExactly(5L, 6L, 7L, 9L);
    assertThat(events.take(7, stale)).as("the array of the first poll").isNull();
  }

  @Test
  void shouldKeepAllEventsAfterAnEmptyPoll() {
    note(5);
    events.note(List.of(), 0);

    assertThat(offsets(10)).containsExactly(5L);
  }

  @Test
  void shouldNotReturnAnEventWithAnotherValue() {
    note(5, 6);

    assertThat(events.take(5, new byte[] {1})).isNull();
    assertThat(taken(6)).isTrue();
  }

  @Test
  void shouldReturnNoMoreNextEventsThanRequested() {
    note(1, 2, 3);

    assertThat(offsets(2)).containsExactly(1L, 2L);
    assertThat(offsets(0)).isEmpty();
  }

  private boolean taken(long offset) {
    PolledEvent event = events.take(offset, values.get(offset));
    return event != null && event.offset() == offset;
  }

  private List<Long> offsets(int limit) {
    return events.next(limit).stream().map(PolledEvent::offset).toList();
  }

  private void note(long... offsets) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (long offset : offsets) {
      byte[] value = {(byte) offset};
      values.put(offset, value);
      records.add(new ConsumerRecord<>("topic", 0, offset, new byte[0], value));
    }
    events.note(records, 0);
  }
}
