package io.promptstream.encoder.checkpoint;

import io.promptstream.encoder.checkpoint.PromptEncoderTensor.Sizes;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * Random weights for use without a checkpoint. They have the official sizes and the distribution of
 * the official PyTorch initialization, and are the same on every machine.
 *
 * <p>One {@link Random} generates the tensors in the order of {@link PromptEncoderTensor}, each
 * row-major. {@link Random#nextGaussian()} is specified to the bit, unlike the method of newer
 * generators. {@link Random} uses the lower 48 bits of the seed. As in the official code, the
 * Gaussian matrix ({@code PositionEmbeddingRandom} of scale 1) and the embeddings
 * ({@code nn.Embedding}) are sampled from N(0, 1), the weights and biases of convolutions
 * ({@code nn.Conv2d}) uniformly from ±1 / sqrt(fan in); the weights of a layer norm are 1 and its
 * biases are 0.
 */
final class SeededWeights {
  private static final Sizes SIZES = Sizes.SEGMENT_ANYTHING;

  private final Random random;

  private SeededWeights(long seed) {
    this.random = new Random(seed);
  }

  static PromptEncoderWeights draw(long seed) {
    SeededWeights weights = new SeededWeights(seed);
    Map<PromptEncoderTensor, float[]> values = new EnumMap<>(PromptEncoderTensor.class);
    for (PromptEncoderTensor tensor : PromptEncoderTensor.values()) {
      values.put(tensor, weights.draw(tensor));
    }
    return WeightsAssembly.assemble(values, SIZES, TensorNames.NONE, new WeightsOrigin.Seed(seed));
  }

  private float[] draw(PromptEncoderTensor tensor) {
    int m = SIZES.maskChannels();
    return switch (tensor) {
      case GAUSSIAN_MATRIX,
          POINT_EMBEDDING_0,
          POINT_EMBEDDING_1,
          POINT_EMBEDDING_2,
          POINT_EMBEDDING_3,
          NOT_A_POINT,
          NO_MASK -> fill(tensor, random::nextGaussian);
      case CONV_1_WEIGHT, CONV_1_BIAS -> convolution(tensor, 2 * 2);
      case CONV_2_WEIGHT, CONV_2_BIAS -> convolution(tensor, m / 4 * 2 * 2);
      case CONV_3_WEIGHT, CONV_3_BIAS -> convolution(tensor, m);
      case LAYER_NORM_1_WEIGHT, LAYER_NORM_2_WEIGHT -> fill(tensor, () -> 1);
      case LAYER_NORM_1_BIAS, LAYER_NORM_2_BIAS -> fill(tensor, () -> 0);
    };
  }

  private float[] convolution(PromptEncoderTensor tensor, int fanIn) {
    double bound = 1 / Math.sqrt(fanIn);
    return fill(tensor, () -> (2 * random.nextDouble() - 1) * bound);
  }

  private static float[] fill(PromptEncoderTensor tensor, DoubleSupplier values) {
    long elements = tensor.shape(SIZES).stream().reduce(1L, Math::multiplyExact);
    float[] filled = new float[Math.toIntExact(elements)];
    for (int i = 0; i < filled.length; i++) {
      filled[i] = (float) values.getAsDouble();
    }
    return filled;
  }
}
