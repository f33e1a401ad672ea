package io.promptstream.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Computes positional encodings from random spatial frequencies: {@code PositionEmbeddingRandom} of
 * {@code segment_anything}. C is the embedding width.
 */
final class PositionEmbeddingRandom {
  /** [2, C / 2]. */
  private final NDArray positionalEncodingGaussianMatrix;

  PositionEmbeddingRandom(NDArray positionalEncodingGaussianMatrix) {
    this.positionalEncodingGaussianMatrix = positionalEncodingGaussianMatrix;
  }

  /**
   * Encodes points that are normalised to [0, 1].
   *
   * @param coords [..., 2], x and y
   * @return [..., C] in the manager of {@code coords}
   */
  NDArray peEncoding(NDArray coords) {
    NDArray angles =
        coords.mul(2).subi(1).matMul(positionalEncodingGaussianMatrix).muli(2 * Math.PI);
    return NDArrays.concat(new NDList(angles.sin(), angles.cos()), -1);
  }

  /**
   * Encodes the centres of the cells of a grid.
   *
   * @param size side of the grid
   * @return [C, size, size] in {@code manager}
   */
  NDArray forward(NDManager manager, int size) {
    NDArray centres = manager.arange(size).add(0.5f).divi(size); // [size]
    NDArray x = manager.zeros(new Shape(size, size)).addi(centres.reshape(1, size)); // [size, size]
    NDArray y = manager.zeros(new Shape(size, size)).addi(centres.reshape(size, 1)); // [size, size]
    return peEncoding(NDArrays.stack(new NDList(x, y), -1)).transpose(2, 0, 1);
  }
}
