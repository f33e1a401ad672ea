package io.promptstream.encoder.checkpoint;

import io.promptstream.encoder.checkpoint.PromptEncoderTensor.Sizes;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights.MaskDownscalingWeights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Writes weights as a checkpoint with any family, naming and container format. */
public final class GeneratedCheckpoint {
  private GeneratedCheckpoint() {}

  /** The container format of the checkpoint. */
  public enum Container {
    /** A state dict of {@code torch.save}. */
    TORCH_ZIP,
    /** One safetensors file. */
    SAFETENSORS
  }

  /**
   * Writes a checkpoint.
   *
   * @param naming name of a {@link FamilyDetector} constant
   * @return the file
   */
  public static Path write(
      PromptEncoderWeights weights, String naming, Container container, Path file) {
    Map<String, TestTensors.Tensor> tensors = tensors(weights, FamilyDetector.valueOf(naming));
    try {
      return Files.write(
          file,
          container == Container.TORCH_ZIP
              ? TestTensors.torchZip(tensors)
              : TestTensors.safetensors(tensors));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<String, TestTensors.Tensor> tensors(
      PromptEncoderWeights weights, FamilyDetector naming) {
    Sizes sizes = new Sizes(
        weights.notAPointEmbed().values().length,
        weights.maskDownscaling().conv2Bias().values().length);
    return TestTensors.named(naming, sizes, tensor -> values(weights, tensor));
  }

  private static float[] values(PromptEncoderWeights weights, PromptEncoderTensor tensor) {
    MaskDownscalingWeights mask = weights.maskDownscaling();
    return switch (tensor) {
      case GAUSSIAN_MATRIX -> weights.positionalEncodingGaussianMatrix().values();
      case POINT_EMBEDDING_0 -> row(weights, 0);
      case POINT_EMBEDDING_1 -> row(weights, 1);
      case POINT_EMBEDDING_2 -> row(weights, 2);
      case POINT_EMBEDDING_3 -> row(weights, 3);
      case NOT_A_POINT -> weights.notAPointEmbed().values();
      case NO_MASK -> weights.noMaskEmbed().values();
      case CONV_1_WEIGHT -> mask.conv1Weight().values();
      case CONV_1_BIAS -> mask.conv1Bias().values();
      case LAYER_NORM_1_WEIGHT -> mask.layerNorm1Weight().values();
      case LAYER_NORM_1_BIAS -> mask.layerNorm1Bias().values();
      case CONV_2_WEIGHT -> mask.conv2Weight().values();
      case CONV_2_BIAS -> mask.conv2Bias().values();
      case LAYER_NORM_2_WEIGHT -> mask.layerNorm2Weight().values();
      case LAYER_NORM_2_BIAS -> mask.layerNorm2Bias().values();
      case CONV_3_WEIGHT -> mask.conv3Weight().values();
      case CONV_3_BIAS -> mask.conv3Bias().values();
    };
  }

  private static float[] row(PromptEncoderWeights weights, int row) {
    int width = weights.notAPointEmbed().values().length;
    return Arrays.copyOfRange(weights.pointEmbeddings().values(), row * width, (row + 1) * width);
  }
}
