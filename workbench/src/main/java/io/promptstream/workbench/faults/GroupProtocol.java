package io.promptstream.workbench.faults;

import java.util.Locale;

/** The group protocols of Kafka Streams. */
public enum GroupProtocol {
  /** The group leader, a client, assigns partitions. */
  CLASSIC,
  /** The broker assigns tasks (KIP-1071). */
  STREAMS;

  /** Returns the value of {@code group.protocol}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
