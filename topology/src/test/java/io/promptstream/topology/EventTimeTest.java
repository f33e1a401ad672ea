package io.promptstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

final class EventTimeTest {
  private final EventTime eventTime = new EventTime();

  @Test
  void shouldUseTheTimestampOfTheRecord() {
    assertThat(eventTime.extract(record(5), 100)).isEqualTo(5);
  }

  @Test
  void shouldUseThePartitionTimeForARecordWithoutATimestamp() {
    assertThat(eventTime.extract(record(ConsumerRecord.NO_TIMESTAMP), 100)).isEqualTo(100);
  }

  @Test
  void shouldUseTheWallClockForTheFirstRecordWithoutATimestamp() {
    long before = System.currentTimeMillis();

    assertThat(eventTime.extract(record(ConsumerRecord.NO_TIMESTAMP), -1))
        .isBetween(before, System.currentTimeMillis());
  }

  private static ConsumerRecord<Object, Object> record(long timestamp) {
    return new ConsumerRecord<>(
        "topic",
        0,
        0,
        timestamp,
        TimestampType.CREATE_TIME,
        0,
        0,
        "key",
        "value",
        new RecordHeaders(),
        Optional.empty());
  }
}
