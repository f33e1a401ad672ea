package io.promptstream.encoder.checkpoint;

import java.util.EnumMap;
import java.util.List;
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
final class RandomWeights {
  private static final int EMBEDDING_WIDTH = 256;
  private static final int MASK_CHANNELS = 16;

  private RandomWeights() {}

  static PromptEncoderWeights of(long seed) {
    Random random = new Random(seed);
    Map<PromptEncoderTensor, float[]> tensors = new EnumMap<>(PromptEncoderTensor.class);
    for (PromptEncoderTensor tensor : PromptEncoderTensor.values()) {
      DoubleSupplier distribution = distribution(tensor, random);
      long elements =
          tensor.shape(EMBEDDING_WIDTH, MASK_CHANNELS).stream().reduce(1L, Math::multiplyExact);
      float[] values = new float[Math.toIntExact(elements)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) distribution.getAsDouble();
      }
      tensors.put(tensor, values);
    }
    return new PromptEncoderWeights(
        tensors, List.of(Family.values()), "", new WeightsOrigin.Seed(seed));
  }

  private static DoubleSupplier distribution(PromptEncoderTensor tensor, Random random) {
    return switch (tensor) {
      case GAUSSIAN_MATRIX, POINT_EMBEDDINGS, NOT_A_POINT, NO_MASK -> random::nextGaussian;
      case CONV_1_WEIGHT, CONV_1_BIAS -> convolution(2 * 2, random);
      case CONV_2_WEIGHT, CONV_2_BIAS -> convolution(MASK_CHANNELS / 4 * 2 * 2, random);
      case CONV_3_WEIGHT, CONV_3_BIAS -> convolution(MASK_CHANNELS, random);
      case LAYER_NORM_1_WEIGHT, LAYER_NORM_2_WEIGHT -> () -> 1;
      case LAYER_NORM_1_BIAS, LAYER_NORM_2_BIAS -> () -> 0;
    };
  }

  private static DoubleSupplier convolution(int fanIn, Random random) {
    double bound = 1 / Math.sqrt(fanIn);
    return () -> (2 * random.nextDouble() - 1) * bound;
  }
}
