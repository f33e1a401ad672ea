package io.promptstream.workbench;

import java.util.Locale;

/** The processing guarantees of Kafka Streams. */
public enum Guarantee {
  /** An event may be output twice after a crash. */
  AT_LEAST_ONCE,
  /** An event is output once, and becomes visible with the next commit. */
  EXACTLY_ONCE_V2;

  /** Returns the value of {@code processing.guarantee}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
