package io.promptstream.workbench.guarantee;

import static java.util.Objects.requireNonNull;

import io.promptstream.schemas.PromptEvent;
import io.promptstream.topology.errors.ErrorCode;
import java.nio.ByteBuffer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The content of an event and its expected outcome.
 *
 * @param prompt creates the prompt from an event number; null if the payload is not a prompt
 * @param payload the value of an event that is not a prompt; may be null
 * @param outcome expected outcome
 */
@SuppressWarnings("ArrayRecordComponent") // made once, never changed
record Sample(
    @Nullable LongFunction<PromptEvent> prompt, byte @Nullable [] payload, Outcome outcome) {
  /** The expected outcome of an event. */
  sealed interface Outcome {}

  /**
   * The event is encoded.
   *
   * @param sparse bytes of the sparse embedding
   * @param dense bytes of the dense embedding's values
   */
  record Encoded(ByteBuffer sparse, ByteBuffer dense) implements Outcome {}

  /**
   * The event is rejected.
   *
   * @param code error code of its error record
   */
  record Rejected(ErrorCode code) implements Outcome {}

  Sample {
    requireNonNull(outcome, "outcome");
  }

  static Sample encoded(LongFunction<PromptEvent> prompt, ByteBuffer sparse, ByteBuffer dense) {
    return new Sample(prompt, null, new Encoded(sparse, dense));
  }

  static Sample rejected(LongFunction<PromptEvent> prompt, ErrorCode code) {
    return new Sample(prompt, null, new Rejected(code));
  }

  static Sample undecodable(byte @Nullable [] payload) {
    return new Sample(null, payload, new Rejected(ErrorCode.UNDECODABLE));
  }
}
