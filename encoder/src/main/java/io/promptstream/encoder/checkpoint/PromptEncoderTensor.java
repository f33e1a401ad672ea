package io.promptstream.encoder.checkpoint;

import java.util.List;

/**
 * The tensors of a prompt encoder, each with its name in {@code segment_anything} and in Hugging
 * Face's {@code SamModel}. C is the embedding width and M the number of mask channels.
 *
 * <p>Sources: {@code segment_anything/modeling/prompt_encoder.py};
 * {@code transformers/models/sam/modeling_sam.py}.
 */
public enum PromptEncoderTensor {
  /** Random spatial frequencies of the positional encoding: [2, C / 2]. */
  GAUSSIAN_MATRIX(
      "pe_layer.positional_encoding_gaussian_matrix", "shared_embedding.positional_embedding"),
  /** Background, foreground, top-left and bottom-right corner: [4, C]. */
  POINT_EMBEDDINGS("point_embeddings", "point_embed"),
  /** The token of padding: [C]. */
  NOT_A_POINT("not_a_point_embed", "not_a_point_embed"),
  /** The dense embedding of a prompt without a mask: [C]. */
  NO_MASK("no_mask_embed", "no_mask_embed"),
  /** [M / 4, 1, 2, 2]. */
  CONV_1_WEIGHT("mask_downscaling.0.weight", "mask_embed.conv1.weight"),
  /** [M / 4]. */
  CONV_1_BIAS("mask_downscaling.0.bias", "mask_embed.conv1.bias"),
  /** [M / 4]. */
  LAYER_NORM_1_WEIGHT("mask_downscaling.1.weight", "mask_embed.layer_norm1.weight"),
  /** [M / 4]. */
  LAYER_NORM_1_BIAS("mask_downscaling.1.bias", "mask_embed.layer_norm1.bias"),
  /** [M, M / 4, 2, 2]. */
  CONV_2_WEIGHT("mask_downscaling.3.weight", "mask_embed.conv2.weight"),
  /** [M]. */
  CONV_2_BIAS("mask_downscaling.3.bias", "mask_embed.conv2.bias"),
  /** [M]. */
  LAYER_NORM_2_WEIGHT("mask_downscaling.4.weight", "mask_embed.layer_norm2.weight"),
  /** [M]. */
  LAYER_NORM_2_BIAS("mask_downscaling.4.bias", "mask_embed.layer_norm2.bias"),
  /** [C, M, 1, 1]. */
  CONV_3_WEIGHT("mask_downscaling.6.weight", "mask_embed.conv3.weight"),
  /** [C]. */
  CONV_3_BIAS("mask_downscaling.6.bias", "mask_embed.conv3.bias");

  private final String officialName;
  private final String huggingFaceName;

  PromptEncoderTensor(String officialName, String huggingFaceName) {
    this.officialName = officialName;
    this.huggingFaceName = huggingFaceName;
  }

  /** Returns the name in {@code segment_anything}; for an embedding, the name of its module. */
  String officialName() {
    return officialName;
  }

  /** Returns the name in Hugging Face's {@code SamModel}; for an embedding, of its module. */
  String huggingFaceName() {
    return huggingFaceName;
  }

  /** Returns whether this is an {@code nn.Embedding}, which checkpoints store as [rows, C]. */
  boolean isEmbedding() {
    return this == POINT_EMBEDDINGS || this == NOT_A_POINT || this == NO_MASK;
  }

  /** Returns the shape for an embedding width and a number of mask channels. */
  List<Long> shape(int embeddingWidth, int maskChannels) {
    long c = embeddingWidth;
    long m = maskChannels;
    return switch (this) {
      case GAUSSIAN_MATRIX -> List.of(2L, c / 2);
      case POINT_EMBEDDINGS -> List.of(4L, c);
      case NOT_A_POINT, NO_MASK, CONV_3_BIAS -> List.of(c);
      case CONV_1_WEIGHT -> List.of(m / 4, 1L, 2L, 2L);
      case CONV_1_BIAS, LAYER_NORM_1_WEIGHT, LAYER_NORM_1_BIAS -> List.of(m / 4);
      case CONV_2_WEIGHT -> List.of(m, m / 4, 2L, 2L);
      case CONV_2_BIAS, LAYER_NORM_2_WEIGHT, LAYER_NORM_2_BIAS -> List.of(m);
      case CONV_3_WEIGHT -> List.of(c, m, 1L, 1L);
    };
  }
}
