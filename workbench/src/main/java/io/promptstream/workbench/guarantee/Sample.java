package io.promptstream.workbench.guarantee;

import static java.util.Objects.requireNonNull;

import io.promptstream.schemas.PromptEvent;
import io.promptstream.topology.errors.ErrorCode;
import java.nio.ByteBuffer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A kind of event, and what must come of one.
 *
 * @param prompt makes the prompt of the event with a number, or is null for a payload that is none
 * @param payload the value of an event that is no prompt; null is a value as well
 * @param outcome what must come of it
 */
@SuppressWarnings("ArrayRecordComponent") // made once, never changed
record Sample(
    @Nullable LongFunction<PromptEvent> prompt, byte @Nullable [] payload, Outcome outcome) {
  /** What comes of an event. */
  sealed interface Outcome {}

  /**
   * It is encoded.
   *
   * @param sparse bytes of the sparse embedding
   * @param dense bytes of the dense embedding's values
   */
  record Encoded(ByteBuffer sparse, ByteBuffer dense) implements Outcome {}

  /**
   * It goes to the error topic.
   *
   * @param code the reason that is told there
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
