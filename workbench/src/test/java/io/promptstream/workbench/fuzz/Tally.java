package io.promptstream.workbench.fuzz;

import io.promptstream.topology.errors.ErrorCode;
import java.util.EnumMap;
import java.util.Map;

/** Counts the outcomes of events of one kind. */
final class Tally {
  private int sent;
  private int encoded;
  private final Map<ErrorCode, Integer> rejected = new EnumMap<>(ErrorCode.class);
  private int violations;

  void countSent() {
    sent++;
  }

  void countEncoded() {
    encoded++;
  }

  void countRejected(ErrorCode code) {
    rejected.merge(code, 1, Integer::sum);
  }

  void countViolation() {
    violations++;
  }

  /** Returns the number of events sent. */
  int sent() {
    return sent;
  }

  /** Returns the number of encoded events. */
  int encoded() {
    return encoded;
  }

  /** Returns the number of rejected events by code. */
  Map<ErrorCode, Integer> rejected() {
    return Map.copyOf(rejected);
  }

  /** Returns the number of violations. */
  int violations() {
    return violations;
  }
}
