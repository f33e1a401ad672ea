package io.promptstream.workbench.fuzz;

import java.util.List;

/** A kind of event. */
sealed interface Kind permits FuzzKind, ActionKind {
  /** Returns its name in the report. */
  String name();

  Intent intent();

  /** Returns how often it is drawn, beside the others. */
  int share();

  /** Returns the sum of the shares of some kinds. */
  static int total(List<? extends Kind> kinds) {
    return kinds.stream().mapToInt(Kind::share).sum();
  }

  /** Draws one of some kinds by their shares. */
  static <K extends Kind> K draw(EventRandom draw, List<K> kinds, int total) {
    int remaining = draw.below(total);
    for (K kind : kinds) {
      remaining -= kind.share();
      if (remaining < 0) {
        return kind;
      }
    }
    throw new IllegalArgumentException("total is larger than the sum of the shares: " + total);
  }

  /** Expected outcome of a kind, which also checks the oracle. */
  enum Intent {
    /** Every event is encoded. */
    GOOD,
    /** Every event is rejected. */
    BAD,
    /** Only the oracle knows. */
    EITHER
  }
}
