package io.promptstream.workbench.guarantee;

import java.util.Locale;

/** The output topics. */
enum Channel {
  /** Sparse embeddings. */
  SPARSE,
  /** Dense embeddings. */
  DENSE,
  /** Rejected events. */
  ERRORS;

  /** Returns the name used in sentences. */
  @Override
  public String toString() {
    return this == ERRORS ? "error" : name().toLowerCase(Locale.ROOT);
  }
}
