package io.promptstream.encoder.checkpoint;

import java.util.List;

/**
 * Locates the elements of a tensor in a storage: element (i, j, …) is at {@code offset + i ·
 * strides[0] + j · strides[1] + …}, all in elements. The size of a view is limited.
 *
 * @param offset index of the first element
 * @param shape extent of each dimension, all positive
 * @param strides step of each dimension, none negative
 * @param elements product of the extents
 * @param span distance from the first element to the last, plus one
 */
record TensorView(long offset, List<Long> shape, List<Long> strides, int elements, int span) {
  /** Maximum number of elements, 64 MiB in float32: far more than any prompt encoder's tensor. */
  static final int MAX_ELEMENTS = 1 << 24;

  /**
   * Creates a view.
   *
   * @throws MalformedCheckpointException if the view is empty, too large or invalid
   */
  static TensorView of(String name, long offset, List<Long> shape, List<Long> strides)
      throws MalformedCheckpointException {
    if (offset < 0 || shape.size() != strides.size() || strides.stream().anyMatch(s -> s < 0)) {
      throw new MalformedCheckpointException(
          "tensor %s of shape %s has the offset %d and the strides %s, which is not a valid view"
              .formatted(name, shape, offset, strides));
    }
    int elements = elements(name, shape);
    long span = 1;
    try {
      for (int i = 0; i < shape.size(); i++) {
        span = Math.addExact(span, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
      }
    } catch (ArithmeticException e) {
      span = Long.MAX_VALUE;
    }
    if (span > MAX_ELEMENTS) {
      throw new MalformedCheckpointException(
          "tensor %s of shape %s and strides %s spans more than %d elements"
              .formatted(name, shape, strides, MAX_ELEMENTS));
    }
    return new TensorView(offset, shape, strides, elements, (int) span);
  }

  /**
   * Returns the number of elements of a tensor.
   *
   * @throws MalformedCheckpointException if it has none or too many
   */
  static int elements(String name, List<Long> shape) throws MalformedCheckpointException {
    long elements = 1;
    for (long extent : shape) {
      if (extent <= 0 || extent > MAX_ELEMENTS / elements) {
        throw new MalformedCheckpointException("tensor %s has shape %s, expected 1 to %d elements"
            .formatted(name, shape, MAX_ELEMENTS));
      }
      elements *= extent;
    }
    return (int) elements;
  }

  /**
   * Copies the elements in row-major order.
   *
   * @param storage the {@link #span} elements that start at {@link #offset}
   */
  float[] gather(float[] storage) {
    float[] gathered = new float[elements];
    int[] index = new int[shape.size()];
    int position = 0;
    for (int i = 0; i < elements; i++) {
      gathered[i] = storage[position];
      position = next(index, position);
    }
    return gathered;
  }

  private int next(int[] index, int position) {
    int next = position;
    for (int d = index.length - 1; d >= 0; d--) {
      int stride = strides.get(d).intValue();
      if (++index[d] < shape.get(d)) {
        return next + stride;
      }
      next -= (index[d] - 1) * stride;
      index[d] = 0;
    }
    return next;
  }
}
