package io.promptstream.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomWeightsTest {
  private final PromptEncoderWeights weights = RandomWeights.of(42);

  @Test
  void shouldHaveTheOfficialSizes() {
    assertThat(weights.shape(PromptEncoderTensor.GAUSSIAN_MATRIX)).containsExactly(2L, 128L);
    assertThat(weights.shape(PromptEncoderTensor.CONV_3_WEIGHT)).containsExactly(256L, 16L, 1L, 1L);
  }

  @Test
  void shouldBeTheSameForTheSameSeed() {
    assertThat(RandomWeights.of(42)).usingRecursiveComparison().isEqualTo(weights);
  }

  @Test
  void shouldDifferBetweenSeeds() {
    assertThat(RandomWeights.of(43).values(PromptEncoderTensor.NO_MASK))
        .isNotEqualTo(weights.values(PromptEncoderTensor.NO_MASK));
  }

  @Test
  void shouldDrawEmbeddingsFromTheStandardNormalDistribution() {
    float[] values = weights.values(PromptEncoderTensor.POINT_EMBEDDINGS);
    double mean =
        IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(9);
    double square = IntStream.range(0, values.length)
        .mapToDouble(i -> values[i] * values[i])
        .average()
        .orElse(9);

    assertThat(mean).isCloseTo(0, within(0.1));
    assertThat(square).isCloseTo(1, within(0.15));
  }

  @Test
  void shouldDrawConvolutionsWithinTheBoundOfTheirFanIn() {
    float[] values = weights.values(PromptEncoderTensor.CONV_3_WEIGHT);
    double largest = IntStream.range(0, values.length)
        .mapToDouble(i -> Math.abs(values[i]))
        .max()
        .orElse(9);

    assertThat(largest).isBetween(0.249, 0.25);
  }

  @Test
  void shouldStartLayerNormsAtOnesAndZeros() {
    assertThat(weights.values(PromptEncoderTensor.LAYER_NORM_1_WEIGHT)).containsOnly(1);
    assertThat(weights.values(PromptEncoderTensor.LAYER_NORM_2_BIAS)).containsOnly(0);
  }
}
