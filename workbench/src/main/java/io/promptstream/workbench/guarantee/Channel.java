package io.promptstream.workbench.guarantee;

import io.promptstream.topology.config.TopicNames;
import java.util.Locale;

/** The topics that records come out on. */
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

  /** Returns its name within a sentence. */
  @Override
  public String toString() {
    return this == ERRORS ? "error" : name().toLowerCase(Locale.ROOT);
  }
}
