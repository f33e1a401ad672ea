package io.promptstream.schemas.reader;

import java.util.List;

/** Counts the elements of untrusted tensor shapes. */
final class Shapes {
  private static final int MAX_RANK = 8;

  private Shapes() {}

  /** Describes a shape for a message; a shape from a record can have any length. */
  static String describe(List<Integer> shape) {
    return shape.size() > MAX_RANK ? shape.size() + " extents" : shape.toString();
  }

  /**
   * Returns the number of elements of a tensor with this shape.
   *
   * @throws IllegalArgumentException if an extent is negative, there are more than 8 extents, or
   *     their product overflows a long
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
