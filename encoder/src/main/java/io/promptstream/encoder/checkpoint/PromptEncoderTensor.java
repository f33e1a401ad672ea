package io.promptstream.encoder.checkpoint;

import java.util.List;

/**
 * The tensors that make up a prompt encoder, each with its name in {@code segment_anything} and in
 * Hugging Face's {@code SamModel}, and its shape in a checkpoint for an embedding width C and M
 * mask channels.
 *
 * <p>Sources: {@code segment_anything/modeling/prompt_encoder.py};
 * {@code transformers/models/sam/modeling_sam.py}.
 */
enum PromptEncoderTensor {
  GAUSSIAN_MATRIX(
      "pe_layer.positional_encoding_gaussian_matrix", "shared_embedding.positional_embedding"),
  POINT_EMBEDDING_0("point_embeddings.0.weight", "point_embed.0.weight"),
  POINT_EMBEDDING_1("point_embeddings.1.weight", "point_embed.1.weight"),
  POINT_EMBEDDING_2("point_embeddings.2.weight", "point_embed.2.weight"),
  POINT_EMBEDDING_3("point_embeddings.3.weight", "point_embed.3.weight"),
  NOT_A_POINT("not_a_point_embed.weight", "not_a_point_embed.weight"),
  NO_MASK("no_mask_embed.weight", "no_mask_embed.weight"),
  CONV_1_WEIGHT("mask_downscaling.0.weight", "mask_embed.conv1.weight"),
  CONV_1_BIAS("mask_downscaling.0.bias", "mask_embed.conv1.bias"),
  LAYER_NORM_1_WEIGHT("mask_downscaling.1.weight", "mask_embed.layer_norm1.weight"),
  LAYER_NORM_1_BIAS("mask_downscaling.1.bias", "mask_embed.layer_norm1.bias"),
  CONV_2_WEIGHT("mask_downscaling.3.weight", "mask_embed.conv2.weight"),
  CONV_2_BIAS("mask_downscaling.3.bias", "mask_embed.conv2.bias"),
  LAYER_NORM_2_WEIGHT("mask_downscaling.4.weight", "mask_embed.layer_norm2.weight"),
  LAYER_NORM_2_BIAS("mask_downscaling.4.bias", "mask_embed.layer_norm2.bias"),
  CONV_3_WEIGHT("mask_downscaling.6.weight", "mask_embed.conv3.weight"),
  CONV_3_BIAS("mask_downscaling.6.bias", "mask_embed.conv3.bias");

  /** The embeddings of the point types, in the order of their rows in a stacked tensor. */
  static final List<PromptEncoderTensor> POINT_EMBEDDINGS =
      List.of(POINT_EMBEDDING_0, POINT_EMBEDDING_1, POINT_EMBEDDING_2, POINT_EMBEDDING_3);

  private final String officialName;
  private final String huggingFaceName;

  PromptEncoderTensor(String officialName, String huggingFaceName) {
    this.officialName = officialName;
    this.huggingFaceName = huggingFaceName;
  }

  /** Returns the name in {@code segment_anything}, without its prefix. */
  String officialName() {
    return officialName;
  }

  /** Returns the name in Hugging Face's {@code SamModel}, without its prefix. */
  String huggingFaceName() {
    return huggingFaceName;
  }

  /** Returns the shape of this tensor in a checkpoint with these sizes. */
  List<Long> shape(Sizes sizes) {
    long c = sizes.embeddingWidth();
    long m = sizes.maskChannels();
    return switch (this) {
      case GAUSSIAN_MATRIX -> List.of(2L, c / 2);
      case POINT_EMBEDDING_0,
          POINT_EMBEDDING_1,
          POINT_EMBEDDING_2,
          POINT_EMBEDDING_3,
          NOT_A_POINT,
          NO_MASK -> List.of(1L, c);
      case CONV_1_WEIGHT -> List.of(m / 4, 1L, 2L, 2L);
      case CONV_1_BIAS, LAYER_NORM_1_WEIGHT, LAYER_NORM_1_BIAS -> List.of(m / 4);
      case CONV_2_WEIGHT -> List.of(m, m / 4, 2L, 2L);
      case CONV_2_BIAS, LAYER_NORM_2_WEIGHT, LAYER_NORM_2_BIAS -> List.of(m);
      case CONV_3_WEIGHT -> List.of(c, m, 1L, 1L);
      case CONV_3_BIAS -> List.of(c);
    };
  }

  /**
   * The sizes that determine all shapes.
   *
   * @param embeddingWidth C
   * @param maskChannels M
   */
  record Sizes(int embeddingWidth, int maskChannels) {
    /** The sizes of every published Segment Anything checkpoint. */
    static final Sizes SEGMENT_ANYTHING = new Sizes(256, 16);
  }
}
