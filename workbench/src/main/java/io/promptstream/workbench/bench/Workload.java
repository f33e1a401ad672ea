package io.promptstream.workbench.bench;

import io.promptstream.encoder.DenseFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The kind of events in a benchmark. */
public enum Workload {
  /** One to five points. */
  CLICKS(200_000, 30_000, DenseFormat.FACTORED),
  /** One box. */
  BOXES(200_000, 40_000, DenseFormat.FACTORED),
  /** 60% clicks, 30% boxes, 10% a click with a mask. */
  MIXED(40_000, 4_000, DenseFormat.FACTORED),
  /** A click with a mask; dense embeddings are factored. */
  MASKS(6_000, 500, DenseFormat.FACTORED),
  /** A click with a mask; dense embeddings are full. */
  MASKS_FULL(1_000, 80, DenseFormat.FULL),
  /** A click with a mask as a polygon; dense embeddings are factored. */
  POLYGONS(6_000, 500, DenseFormat.FACTORED),
  /** A click with a mask as run lengths; dense embeddings are factored. */
  RLES(6_000, 500, DenseFormat.FACTORED),
  /** Actions of sessions: clicks, every fourth time an undo. */
  SESSIONS(100_000, 15_000, DenseFormat.FACTORED);

  private final int defaultEvents;
  private final int usualRate;
  private final DenseFormat denseFormat;

  Workload(int defaultEvents, int usualRate, DenseFormat denseFormat) {
    this.defaultEvents = defaultEvents;
    this.usualRate = usualRate;
    this.denseFormat = denseFormat;
  }

  /** Returns an event count that makes a run of several seconds and fits on disk. */
  public int defaultEvents() {
    return defaultEvents;
  }

  /**
   * Returns the approximate events per second of the slower contestants on two cores, used to
   * estimate the duration of a comparison.
   */
  int usualRate() {
    return usualRate;
  }

  /** Returns the format of dense embeddings of masks. */
  DenseFormat denseFormat() {
    return denseFormat;
  }

  /** Returns whether its events, also those of the warm-up, are actions instead of prompts. */
  boolean hasActions() {
    return this == SESSIONS;
  }

  /** Returns the workload whose figures say what the input of this one costs, if there is one. */
  @Nullable Workload reference() {
    return switch (this) {
      case POLYGONS, RLES -> MASKS;
      case SESSIONS -> CLICKS;
      case CLICKS, BOXES, MIXED, MASKS, MASKS_FULL -> null;
    };
  }

  /** Returns the name shown to users, such as {@code masks-full}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
