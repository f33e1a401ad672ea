package io.promptstream.encoder;

import java.util.Arrays;

/** The dense embedding of a prompt, of shape [embedding width, grid, grid], in one of its forms. */
public sealed interface DenseEmbeddings {
  /**
   * The prompt has no mask: one vector is repeated in every cell of the grid.
   *
   * @param values [embedding width]
   */
  record NoMask(EmbeddingTensor values) implements DenseEmbeddings {}

  /**
   * The mask branch before its last 1×1 convolution, which is linear with a rank equal to the
   * number of mask channels: {@code dense[c, y, x] = bias[c] + Σ_k weight[c, k] · values[k, y, x]}.
   *
   * @param values [mask channels, grid, grid]
   * @param projection the last convolution
   */
  record Factored(EmbeddingTensor values, Projection projection) implements DenseEmbeddings {}

  /**
   * The full tensor.
   *
   * @param values [embedding width, grid, grid]
   */
  record Full(EmbeddingTensor values) implements DenseEmbeddings {}

  /**
   * The last 1×1 convolution of the mask branch, in float32 for every element type of the
   * embeddings.
   *
   * @param weight [embedding width, mask channels]
   * @param bias [embedding width]
   */
  record Projection(EmbeddingTensor weight, EmbeddingTensor bias) {}

  /**
   * Returns the full tensor [embedding width, grid, grid], row-major, as the mask decoder takes it.
   *
   * @param grid side of the grid: {@link Profile#gridSize()} of the encoder's profile
   */
  default float[] expand(int grid) {
    if (this instanceof Full full) {
      return full.values().floats();
    }
    int cells = grid * grid;
    if (this instanceof NoMask noMask) {
      float[] vector = noMask.values().floats();
      float[] dense = new float[vector.length * cells];
      for (int c = 0; c < vector.length; c++) {
        Arrays.fill(dense, c * cells, (c + 1) * cells, vector[c]);
      }
      return dense;
    }
    Factored factored = (Factored) this;
    float[] values = factored.values().floats();
    float[] weight = factored.projection().weight().floats();
    float[] bias = factored.projection().bias().floats();
    int channels = values.length / cells;
    float[] dense = new float[bias.length * cells];
    for (int c = 0; c < bias.length; c++) {
      Arrays.fill(dense, c * cells, (c + 1) * cells, bias[c]);
      for (int k = 0; k < channels; k++) {
        for (int cell = 0; cell < cells; cell++) {
          dense[c * cells + cell] += weight[c * channels + k] * values[k * cells + cell];
        }
      }
    }
    return dense;
  }
}
