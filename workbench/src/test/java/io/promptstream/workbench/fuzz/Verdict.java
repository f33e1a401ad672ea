package io.promptstream.workbench.fuzz;

import static java.util.Objects.requireNonNull;

import io.promptstream.topology.errors.ErrorCode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The allowed results of an event; without any, it must have no output.
 *
 * @param reading the prompt to encode; null if the event must not be encoded
 * @param codes allowed error codes, one for each fault of the event; empty if it must not be
 *     rejected
 */
record Verdict(@Nullable Reading reading, Set<ErrorCode> codes) {
  Verdict {
    codes = Set.copyOf(codes);
  }

  static Verdict rejected(ErrorCode... codes) {
    return new Verdict(null, Set.of(codes));
  }

  boolean mayBeEncoded() {
    return reading != null;
  }

  boolean mayBeRejected() {
    return !codes.isEmpty();
  }

  /** Returns the prompt to encode. */
  Reading encoded() {
    return requireNonNull(reading);
  }
}
