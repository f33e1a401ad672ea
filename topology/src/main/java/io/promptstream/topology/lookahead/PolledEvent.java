package io.promptstream.topology.lookahead;

import io.promptstream.topology.encoding.EncodedEvent;
import io.promptstream.topology.encoding.PreparedEvent;
import io.promptstream.topology.errors.RejectedEventException;
import org.jspecify.annotations.Nullable;

/** A polled record and how far it has come; only the stream thread of its partition touches it. */
final class PolledEvent {
  /** How far an event has come. */
  sealed interface State {}

  /** Only noted. */
  enum Noted implements State {
    NOTED
  }

  /** Decoded and framed. */
  record Prepared(PreparedEvent event) implements State {}

  /** Encoded. */
  record Encoded(EncodedEvent event) implements State {}

  /** Found to be one that can never be encoded, which its own turn is told. */
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

  /** Returns when it was polled, by {@link System#nanoTime()}. */
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
