package io.promptstream.workbench.limits;

import io.promptstream.topology.config.PromptStreamConfig;
import java.util.Map;

/** A load that stresses memory, with a backlog larger than the application can poll at once. */
enum Load {
  /** Clicks, one in ten with a mask, as fast as the broker accepts them. */
  SMALL("clicks and masks", 5_000),

  /** Events of 8 MiB: one in three is valid, one has too many points, one is not Avro. */
  LARGE("events of 8 MiB", 40),

  /** Like {@link #SMALL}, but the broker accepts 4 MB/s of results and pauses at times. */
  SLOW("a slow broker", 1_500),

  /**
   * Undecodable events with as many of the smallest headers as allowed, in blocks whose first
   * events have as many as fit in a fetch of a partition; the broker accepts 4 MB/s.
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

  /** Returns the maximum backlog: more than an application holds, but it fits on disk. */
  int ahead() {
    return ahead;
  }

  /** Returns the settings that override {@link PromptStreamConfig}'s defaults. */
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

  /** Returns a human-readable name. */
  @Override
  public String toString() {
    return label;
  }
}
