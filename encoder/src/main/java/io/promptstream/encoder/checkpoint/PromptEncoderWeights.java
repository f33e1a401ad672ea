package io.promptstream.encoder.checkpoint;

/**
 * The prompt encoder's weights, named as in {@code segment_anything}'s {@code PromptEncoder}. C is
 * the embedding width, F is C / 2, and M is the number of mask channels.
 *
 * @param positionalEncodingGaussianMatrix {@code pe_layer.positional_encoding_gaussian_matrix} [2,
 *     F]
 * @param pointEmbeddings {@code point_embeddings.{0..3}.weight}: background, foreground, top-left
 *     and bottom-right corner [4, C]
 * @param notAPointEmbed {@code not_a_point_embed.weight} [C]
 * @param noMaskEmbed {@code no_mask_embed.weight} [C]
 * @param maskDownscaling {@code mask_downscaling}
 * @param names how the checkpoint names the tensors
 * @param origin where the weights come from
 */
public record PromptEncoderWeights(
    WeightTensor positionalEncodingGaussianMatrix,
    WeightTensor pointEmbeddings,
    WeightTensor notAPointEmbed,
    WeightTensor noMaskEmbed,
    MaskDownscalingWeights maskDownscaling,
    TensorNames names,
    WeightsOrigin origin) {

  /** Returns the model family detected from the names, the most likely one if several match. */
  public Family family() {
    return names.families().get(0);
  }

  /**
   * Checks that the weights can belong to a family.
   *
   * @throws CheckpointException if their names are those of another family
   */
  public void requireFamily(Family expected) {
    if (!names.families().contains(expected)) {
      throw new CheckpointException(
          "Checkpoint %s: its tensors have the names of %s, such as %s, expected those of %s"
              .formatted(
                  source(),
                  Family.names(names.families()),
                  names.example(),
                  expected.profileName()),
          null);
    }
  }

  /** Returns a description of the origin for messages. */
  public String source() {
    return origin.description();
  }

  /** Returns whether the weights are random and not trained. */
  public boolean seeded() {
    return origin instanceof WeightsOrigin.Seed;
  }

  /**
   * {@code mask_downscaling}, by its index in the official {@code nn.Sequential}.
   *
   * @param conv1Weight {@code 0.weight} [M / 4, 1, 2, 2]
   * @param conv1Bias {@code 0.bias} [M / 4]
   * @param layerNorm1Weight {@code 1.weight} [M / 4]
   * @param layerNorm1Bias {@code 1.bias} [M / 4]
   * @param conv2Weight {@code 3.weight} [M, M / 4, 2, 2]
   * @param conv2Bias {@code 3.bias} [M]
   * @param layerNorm2Weight {@code 4.weight} [M]
   * @param layerNorm2Bias {@code 4.bias} [M]
   * @param conv3Weight {@code 6.weight} [C, M, 1, 1]
   * @param conv3Bias {@code 6.bias} [C]
   */
  public record MaskDownscalingWeights(
      WeightTensor conv1Weight,
      WeightTensor conv1Bias,
      WeightTensor layerNorm1Weight,
      WeightTensor layerNorm1Bias,
      WeightTensor conv2Weight,
      WeightTensor conv2Bias,
      WeightTensor layerNorm2Weight,
      WeightTensor layerNorm2Bias,
      WeightTensor conv3Weight,
      WeightTensor conv3Bias) {}
}
