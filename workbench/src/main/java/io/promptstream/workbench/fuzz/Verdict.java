package io.promptstream.workbench.fuzz;

import static java.util.Objects.requireNonNull;

import io.promptstream.topology.errors.ErrorCode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What may come of an event.
 *
 * @param reading what is encoded, if it may be; null if it may not
 * @param codes one of these, if it may be rejected; where an event has several faults, any of them
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

  /** Returns what is encoded. */
  Reading encoded() {
    return requireNonNull(reading);
  }
}
