package io.promptstream.intake;

import java.math.BigDecimal;

/** The unit of a request's coordinates, which its format states and no converter guesses. */
enum Unit {
  /** Pixels of the original image. */
  PIXELS(0),
  /** Fractions of the image's width or height: 1 is the far edge. */
  FRACTION(1),
  /** Percent of the image's width or height: 100 is the far edge. */
  PERCENT(100),
  /** Pixels of SAM 3's input, a square of 1008, to which it scales each side of the image. */
  SAM3_PIXELS(1008);

  /** Tools compute ratios in binary: what they mean as the edge can be this far beyond it. */
  private static final double ROUNDING = 1e-9;

  private final double farEdge;

  Unit(double farEdge) {
    this.farEdge = farEdge;
  }

  /**
   * Returns a coordinate in pixels of the original image.
   *
   * @param extent the image's width for x, its height for y, in pixels
   */
  double toPixels(double value, int extent) {
    if (this == PIXELS) {
      return value;
    }
    double ratio = value / farEdge;
    if (Math.abs(ratio - 1) < ROUNDING) {
      return extent;
    }
    return Math.abs(ratio) < ROUNDING ? 0 : value * extent / farEdge;
  }

  /**
   * Adds decimal numbers, as they are in the request: the binary sum of 425.68 and 74.32 is beyond
   * the edge of an image of 500 pixels.
   */
  static double sum(double start, double length) {
    return Double.isFinite(start) && Double.isFinite(length)
        ? BigDecimal.valueOf(start).add(BigDecimal.valueOf(length)).doubleValue()
        : start + length;
  }
}
