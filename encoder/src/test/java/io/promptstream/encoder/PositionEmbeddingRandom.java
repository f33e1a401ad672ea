package io.promptstream.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;

/** {@code PositionEmbeddingRandom} of {@code segment_anything}, as written there. */
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
}
