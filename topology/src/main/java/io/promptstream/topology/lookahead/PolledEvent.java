package io.promptstream.topology.lookahead;

import io.promptstream.topology.encoding.EncodedEvent;
import io.promptstream.topology.encoding.PreparedEvent;
import io.promptstream.topology.errors.RejectedEventException;
import org.jspecify.annotations.Nullable;

/** A polled record and its state; only the stream thread of its partition uses it. */
final class PolledEvent {
  /** How far an event has been processed. */
  sealed interface State {}

  /** Noted when it was polled. */
  enum Noted implements State {
    NOTED
  }

  /** Decoded and mapped to the model frame. */
  record Prepared(PreparedEvent event) implements State {}

  /** Encoded. */
  record Encoded(EncodedEvent event) implements State {}

  /** Found to be invalid; it is rejected in its own turn. */
  record Rejected(RejectedEventException reason) implements State {}

  private final long offset;
  private final byte @Nullable [] value;
  private final long polledNanos;
  private State state = Noted.NOTED;

  PolledEvent(long offset, byte @Nullable [] value, long polledNanos) {
    this.offset = offset;
    this.value = value;
    this.polledNanos = polledNanos;
  }

  long offset() {
    return offset;
  }

  byte @Nullable [] value() {
    return value;
  }

  /** Returns when the record was polled, by {@link System#nanoTime()}. */
  long polledNanos() {
    return polledNanos;
  }

  State state() {
    return state;
  }

  void become(State next) {
    state = next;
  }
}
