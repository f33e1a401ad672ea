package io.promptstream.workbench.faults;

import java.util.Locale;

/** The group protocols of Kafka Streams, by the names of its setting. */
public enum GroupProtocol {
  /** Clients agree on who has which partition. */
  CLASSIC,
  /** The broker decides (KIP-1071). */
  STREAMS;

  /** Returns the value of {@code group.protocol}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
