package io.promptstream.encoder.checkpoint;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A tensor of a checkpoint, widened to float32. The array must not change.
 *
 * @param shape extent of each dimension, outermost first
 * @param values the elements, row-major
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record WeightTensor(List<Integer> shape, float[] values) {
  public WeightTensor {
    shape = List.copyOf(shape);
    requireNonNull(values, "values");
  }
}
