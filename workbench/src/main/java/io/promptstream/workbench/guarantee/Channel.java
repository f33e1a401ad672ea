package io.promptstream.workbench.guarantee;

import io.promptstream.topology.config.TopicNames;
import java.util.Locale;

/** The output topics. */
enum Channel {
  /** Sparse embeddings. */
  SPARSE,
  /** Dense embeddings. */
  DENSE,
  /** Rejected events. */
  ERRORS;

  String topic(TopicNames topics) {
    return switch (this) {
      case SPARSE -> topics.sparse();
      case DENSE -> topics.dense();
      case ERRORS -> topics.errors();
    };
  }

  /** Returns the name used in sentences. */
  @Override
  public String toString() {
    return this == ERRORS ? "error" : name().toLowerCase(Locale.ROOT);
  }
}
