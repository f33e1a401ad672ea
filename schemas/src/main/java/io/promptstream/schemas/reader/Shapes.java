package io.promptstream.schemas.reader;

import java.util.List;

/** Counts the elements of shapes that came over the wire. */
final class Shapes {
  private static final int MAX_RANK = 8;

  private Shapes() {}

  /** Returns a shape for a message: from the wire it can be of any length, a message cannot. */
  static String describe(List<Integer> shape) {
    return shape.size() > MAX_RANK ? shape.size() + " extents" : shape.toString();
  }

  /**
   * Returns how many elements a tensor of this shape has.
   *
   * @throws IllegalArgumentException if an extent is negative, there are more than 8, or their
   *     product is beyond a long
   */
  static long elements(List<Integer> shape) {
    if (shape.size() > MAX_RANK) {
      throw new IllegalArgumentException(
          "Tensor has %d dimensions, more than %d.".formatted(shape.size(), MAX_RANK));
    }
    long elements = 1;
    for (int extent : shape) {
      if (extent < 0) {
        throw new IllegalArgumentException(
            "Tensor shape %s has a negative extent.".formatted(shape));
      }
      if (extent != 0 && elements > Long.MAX_VALUE / extent) {
        throw new IllegalArgumentException(
            "Tensor shape %s has more elements than can be counted.".formatted(shape));
      }
      elements *= extent;
    }
    return elements;
  }
}
