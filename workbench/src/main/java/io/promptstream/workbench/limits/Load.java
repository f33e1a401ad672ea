package io.promptstream.workbench.limits;

import io.promptstream.topology.config.PromptStreamConfig;
import java.util.Map;

/** What an application has to bear, always with more events waiting than it can take at once. */
public enum Load {
  /** Clicks, one in ten with a mask, as fast as the broker takes them. */
  SMALL("clicks and masks", 5_000),

  /** Events of 8 MiB: one in three can be encoded, one has too many points, one is no event. */
  LARGE("events of 8 MiB", 40),

  /** As {@link #SMALL}, on a broker that takes 4 MB/s of results and stands still now and then. */
  SLOW("a slow broker", 1_500),

  /**
   * Events of unknown bytes, with as many of the smallest headers as an event may have, in blocks
   * whose first events have as many as a fetch of a partition takes; the broker takes 4 MB/s.
   */
  HEADERS("events full of headers", 4_000);

  private static final int LARGE_REQUEST = (8 << 20) + (192 << 10);
  private static final int SMALL_BUFFER = 8 << 20;
  private static final int HEADERS_REQUEST = 1_150_000;

  private final String label;
  private final int ahead;

  Load(String label, int ahead) {
    this.label = label;
    this.ahead = ahead;
  }

  /** Returns how many events wait; more than an application holds, and few enough for a disk. */
  int ahead() {
    return ahead;
  }

  /** Returns the settings that it needs, over {@link PromptStreamConfig}'s defaults. */
  Map<String, String> settings() {
    return switch (this) {
      case SMALL -> Map.of();
      case LARGE -> Map.of("producer.max.request.size", Integer.toString(LARGE_REQUEST));
      case SLOW -> Map.of("producer.buffer.memory", Integer.toString(SMALL_BUFFER));
      case HEADERS ->
        Map.of(
            "producer.buffer.memory",
            Integer.toString(SMALL_BUFFER / 4),
            "producer.max.request.size",
            Integer.toString(HEADERS_REQUEST),
            PromptStreamConfig.MAX_HEADERS,
            Integer.toString(LoadEvents.MAX_HEADERS));
    };
  }

  /** Returns its name, for people. */
  @Override
  public String toString() {
    return label;
  }
}
