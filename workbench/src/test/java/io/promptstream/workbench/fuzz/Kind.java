package io.promptstream.workbench.fuzz;

/** A kind of event. */
sealed interface Kind permits FuzzKind, ActionKind {
  /** Returns its name in the report. */
  String name();

  Intent intent();

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
