package io.promptstream.workbench.guarantee;

import java.util.List;

/**
 * A claim that must hold under all faults, and its violations.
 *
 * @param claim one sentence
 * @param violations one sentence each; empty if the claim holds
 */
public record Finding(String claim, List<String> violations) {
  public Finding {
    violations = List.copyOf(violations);
  }

  /** Returns whether the claim is violated. */
  public boolean isViolated() {
    return !violations.isEmpty();
  }
}
