package io.promptstream.encoder;

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
}
