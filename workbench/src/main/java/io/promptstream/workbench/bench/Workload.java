package io.promptstream.workbench.bench;

import io.promptstream.encoder.DenseFormat;
import java.util.Locale;

/** What kind of events the stream gets. */
public enum Workload {
  /** One to five points. */
  CLICKS(200_000, 30_000, DenseFormat.FACTORED),
  /** One box. */
  BOXES(200_000, 40_000, DenseFormat.FACTORED),
  /** Six in ten are clicks, three are boxes, one is a click with a mask. */
  MIXED(40_000, 4_000, DenseFormat.FACTORED),
  /** A click with a mask, the dense embedding factored. */
  MASKS(6_000, 500, DenseFormat.FACTORED),
  /** A click with a mask, the dense embedding in full. */
  MASKS_FULL(1_000, 80, DenseFormat.FULL);

  private final int defaultEvents;
  private final int usualRate;
  private final DenseFormat denseFormat;

  Workload(int defaultEvents, int usualRate, DenseFormat denseFormat) {
    this.defaultEvents = defaultEvents;
    this.usualRate = usualRate;
    this.denseFormat = denseFormat;
  }

  /** Returns how many events make a run of some seconds, and fit a disk. */
  public int defaultEvents() {
    return defaultEvents;
  }

  /**
   * Returns how many events per second the slower contestants process on two cores, roughly, to
   * estimate how long a comparison takes.
   */
  int usualRate() {
    return usualRate;
  }

  /** Returns the form in which dense embeddings of masks are wanted. */
  DenseFormat denseFormat() {
    return denseFormat;
  }

  /** Returns the name by which users know it, such as {@code masks-full}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
