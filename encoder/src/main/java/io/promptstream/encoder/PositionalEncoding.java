package io.promptstream.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Computes the positional encodings of points and of the grid of image embeddings, from random
 * spatial frequencies G of [2, C / 2]: {@code PositionEmbeddingRandom} of {@code segment_anything}.
 * C is the embedding width.
 *
 * <p>The textbook form is a = 2π · (2c − 1) @ G, encoding = [sin a, cos a], with c in [0, 1]. With
 *
 * <pre>
 * cos a = sin(a + π/2), it becomes
 * encoding = sin([2c − 1, 1] @ W), with W = [2πG, 2πG; 0, π/2] of [3, C]
 * </pre>
 *
 * so one product and one sine give both halves in place. Points are encoded in this form.
 */
final class PositionalEncoding {
  /** Columns of the input of {@link #encode}. */
  static final int INPUTS = 3;

  private final NDArray frequencies;

  /**
   * Creates W in a manager.
   *
   * @param gaussianMatrix G, row-major
   */
  PositionalEncoding(NDManager manager, float[] gaussianMatrix) {
    int half = gaussianMatrix.length / 2;
    float[] values = new float[INPUTS * 2 * half];
    for (int f = 0; f < half; f++) {
      for (int axis = 0; axis < 2; axis++) {
        float frequency = (float) (2 * Math.PI * gaussianMatrix[axis * half + f]);
        values[axis * 2 * half + f] = frequency;
        values[axis * 2 * half + half + f] = frequency;
      }
      values[2 * 2 * half + half + f] = (float) (Math.PI / 2);
    }
    frequencies = manager.create(values, new Shape(INPUTS, 2L * half));
  }

  /**
   * Encodes points.
   *
   * @param points [rows, 3]: 2x − 1, 2y − 1 and 1, with x and y in [0, 1]
   * @return [rows, C] in the manager of {@code points}
   */
  NDArray encode(NDArray points) {
    try (NDArray angles = points.matMul(frequencies)) {
      return angles.sin();
    }
  }

  /**
   * Encodes the centres of the cells of a grid, in the textbook form, as the official code does.
   *
   * @param manager for intermediate results
   * @param gaussianMatrix G, row-major
   * @param size side of the grid
   * @return [C, size, size], row-major
   */
  static float[] grid(NDManager manager, float[] gaussianMatrix, int size) {
    NDArray matrix = manager.create(gaussianMatrix, new Shape(2, gaussianMatrix.length / 2));
    NDArray centres = manager.arange(size).add(0.5f).divi(size).muli(2).subi(1); // [size]
    NDArray x = manager.zeros(new Shape(size, size)).addi(centres.reshape(1, size));
    NDArray y = manager.zeros(new Shape(size, size)).addi(centres.reshape(size, 1));
    NDArray angles = NDArrays.stack(new NDList(x, y), -1).matMul(matrix).muli(2 * Math.PI);
    return NDArrays.concat(new NDList(angles.sin(), angles.cos()), -1)
        .transpose(2, 0, 1)
        .toFloatArray();
  }
}
