package io.promptstream.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeededWeightsTest {
  private final PromptEncoderWeights weights = SeededWeights.draw(42);

  @Test
  void shouldHaveTheOfficialSizes() {
    assertThat(weights.positionalEncodingGaussianMatrix().shape()).containsExactly(2, 128);
    assertThat(weights.maskDownscaling().conv3Weight().shape()).containsExactly(256, 16, 1, 1);
  }

  @Test
  void shouldBeTheSameForTheSameSeed() {
    assertThat(SeededWeights.draw(42)).usingRecursiveComparison().isEqualTo(weights);
  }

  @Test
  void shouldDifferBetweenSeeds() {
    assertThat(SeededWeights.draw(43).noMaskEmbed().values())
        .isNotEqualTo(weights.noMaskEmbed().values());
  }

  @Test
  void shouldDrawEmbeddingsFromTheStandardNormalDistribution() {
    float[] values = weights.pointEmbeddings().values();
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
    float[] values = weights.maskDownscaling().conv3Weight().values();
    double largest = IntStream.range(0, values.length)
        .mapToDouble(i -> Math.abs(values[i]))
        .max()
        .orElse(9);

    assertThat(largest).isBetween(0.249, 0.25);
  }

  @Test
  void shouldStartLayerNormsAtOnesAndZeros() {
    assertThat(weights.maskDownscaling().layerNorm1Weight().values()).containsOnly(1);
    assertThat(weights.maskDownscaling().layerNorm2Bias().values()).containsOnly(0);
  }
}
