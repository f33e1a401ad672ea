package io.promptstream.workbench.fuzz;

import java.util.List;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * One event as it is sent: a function of the run's seed and its number alone.
 *
 * @param number its place in the run; its timestamp tells it, on the outputs too
 * @param kind what its value is
 * @param envelope what its key and its headers are
 * @param partition where it goes
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read once
record FuzzEvent(
    int number,
    FuzzKind kind,
    Envelope envelope,
    int partition,
    byte @Nullable [] key,
    byte @Nullable [] value,
    List<Header> headers) {
  FuzzEvent {
    headers = List.copyOf(headers);
  }
}
