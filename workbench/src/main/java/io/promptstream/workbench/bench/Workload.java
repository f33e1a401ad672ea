package io.promptstream.workbench.bench;

import io.promptstream.encoder.DenseFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The kind of events in a benchmark. */
public enum Workload {
  /** One to five points. */
  CLICKS(120_000, DenseFormat.FACTORED),
  /** One point. */
  SINGLE_CLICKS(160_000, DenseFormat.FACTORED),
  /** One box. */
  BOXES(160_000, DenseFormat.FACTORED),
  /** 60% clicks, 30% boxes, 10% a click with a mask. */
  MIXED(8_000, DenseFormat.FACTORED),
  /** A click with a mask; dense embeddings are factored. */
  MASKS(900, DenseFormat.FACTORED),
  /** A click with a mask; dense embeddings are full. */
  MASKS_FULL(120, DenseFormat.FULL),
  /** A click with a mask as a polygon; dense embeddings are factored. */
  POLYGONS(900, DenseFormat.FACTORED),
  /** A click with a mask as run lengths; dense embeddings are factored. */
  RLES(900, DenseFormat.FACTORED),
  /** Actions of sessions: clicks, every fourth time an undo. */
  SESSIONS(30_000, DenseFormat.FACTORED);

  private final int fastRate;
  private final DenseFormat denseFormat;

  Workload(int fastRate, DenseFormat denseFormat) {
    this.fastRate = fastRate;
    this.denseFormat = denseFormat;
  }

  /** Returns the events per second that the fastest contestant does not exceed on two cores. */
  public int fastRate() {
    return fastRate;
  }

  /** Returns the format of dense embeddings of masks. */
  DenseFormat denseFormat() {
    return denseFormat;
  }

  /** Returns whether its events are actions instead of prompts. */
  boolean hasActions() {
    return this == SESSIONS;
  }

  /** Returns the workload whose figures say what the input of this one costs, if there is one. */
  @Nullable Workload reference() {
    return switch (this) {
      case POLYGONS, RLES -> MASKS;
      case SESSIONS -> CLICKS;
      case CLICKS, SINGLE_CLICKS, BOXES, MIXED, MASKS, MASKS_FULL -> null;
    };
  }

  /** Returns the name shown to users, such as {@code masks-full}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
