package io.promptstream.workbench.guarantee;

import static java.util.Objects.requireNonNull;

import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.topology.errors.ErrorCode;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The content of an event and its expected outcome.
 *
 * @param prompt creates the prompt from an event number: the event itself, or what its action leads
 *     to; null if there is none
 * @param action the event, if it is an action
 * @param payload the value of an event that is neither prompt nor action; may be null
 * @param outcome expected outcome
 */
@SuppressWarnings("ArrayRecordComponent") // made once, never changed
record Sample(
    @Nullable LongFunction<PromptEvent> prompt,
    @Nullable PromptAction action,
    byte @Nullable [] payload,
    Outcome outcome) {
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
   * @param codes error codes of its error record, each of them possible
   */
  record Rejected(Set<ErrorCode> codes) implements Outcome {
    Rejected {
      codes = Set.copyOf(codes);
    }
  }

  /** The event has no output: an action that is sent twice, or ends its session. */
  record Silent() implements Outcome {}

  Sample {
    requireNonNull(outcome, "outcome");
  }

  static Sample encoded(LongFunction<PromptEvent> prompt, Encoded alone) {
    return new Sample(prompt, null, null, alone);
  }

  static Sample rejected(LongFunction<PromptEvent> prompt, ErrorCode code) {
    return new Sample(prompt, null, null, new Rejected(Set.of(code)));
  }

  /** An action, and the prompt that it leads to, if any. */
  static Sample action(PromptAction action, @Nullable PromptEvent prompt, Outcome outcome) {
    return new Sample(prompt == null ? null : number -> prompt, action, null, outcome);
  }

  static Sample undecodable(byte @Nullable [] payload) {
    return new Sample(null, null, payload, new Rejected(Set.of(ErrorCode.UNDECODABLE)));
  }

  /** Returns whether it is an action that leads to a prompt. */
  boolean isFolded() {
    return action != null && prompt != null;
  }
}
