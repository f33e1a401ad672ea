package io.promptstream.workbench.fuzz;

import java.util.List;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * One event to send; it depends only on the run's seed and its number.
 *
 * @param number position in the run; the timestamps of the event and its outputs encode it
 * @param kind kind of its value
 * @param envelope kind of its key and headers
 * @param partition partition of the input topic
 * @param verdict the prediction; null if {@link Oracle} judges by the bytes
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read once
record FuzzEvent(
    int number,
    Kind kind,
    Envelope envelope,
    int partition,
    byte @Nullable [] key,
    byte @Nullable [] value,
    List<Header> headers,
    @Nullable Verdict verdict) {
  FuzzEvent {
    headers = List.copyOf(headers);
  }
}
