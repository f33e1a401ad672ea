package io.promptstream.workbench.guarantee;

import java.util.Locale;

/** The output topics, and with sessions the topic between them and the encoder. */
enum Channel {
  /** Prompts that sessions write. */
  PROMPTS,
  /** Sparse embeddings. */
  SPARSE,
  /** Dense embeddings. */
  DENSE,
  /** Rejected events. */
  ERRORS;

  /** Returns the name used in sentences. */
  @Override
  public String toString() {
    return switch (this) {
      case ERRORS -> "error";
      case PROMPTS -> "prompt";
      default -> name().toLowerCase(Locale.ROOT);
    };
  }
}
