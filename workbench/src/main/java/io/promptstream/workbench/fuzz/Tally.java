package io.promptstream.workbench.fuzz;

import io.promptstream.topology.errors.ErrorCode;
import java.util.EnumMap;
import java.util.Map;

/** What came of the events of a kind. */
public final class Tally {
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

  /** Returns how many were sent. */
  public int sent() {
    return sent;
  }

  /** Returns how many were encoded. */
  public int encoded() {
    return encoded;
  }

  /** Returns how many were rejected, by code. */
  public Map<ErrorCode, Integer> rejected() {
    return Map.copyOf(rejected);
  }

  /** Returns how many violations there were. */
  public int violations() {
    return violations;
  }
}
