package io.promptstream.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests the encoder with sizes other than SAM's: it must not assume 256, 64, 1024 or 16. */
final class OtherSizesTest {
  private static final Profile PROFILE =
      new Profile("small", 48, 6, FrameRule.LONGEST_SIDE, TokenRule.CORNERS_LAST_OR_PADDING);
  private static final int WIDTH = 32;
  private static final int MASK_CHANNELS = 8;

  private final PromptEncoderWeights weights = WeightsOfAnySize.of(WIDTH, MASK_CHANNELS, 11);
  private final ReferenceNetwork reference = new ReferenceNetwork(PROFILE, weights);

  @Test
  void shouldEncodeWithTheSizesOfTheWeightsAndTheProfile() {
    try (PromptEncoder encoder = encoder(DenseFormat.FULL)) {
      FramedPrompt prompt = encoder.frame(prompt());
      PromptEmbeddings result = encoder.encode(List.of(prompt)).get(0);

      assertThat(result.sparse().shape()).containsExactly(4, WIDTH);
      assertThat(SamCases.largestDifference(
              reference.sparse(prompt), result.sparse().floats()))
          .isLessThanOrEqualTo(1e-5);
      assertThat(
              SamCases.largestDifference(reference.dense(mask()), result.dense().expand(6)))
          .isLessThanOrEqualTo(1e-4);
    }
  }

  @Test
  void shouldFactorWithTheSizesOfTheWeightsAndTheProfile() {
    try (PromptEncoder encoder = encoder(DenseFormat.FACTORED)) {
      PromptEmbeddings result = encoder.encode(List.of(encoder.frame(prompt()))).get(0);

      assertThat(((DenseEmbeddings.Factored) result.dense()).values().shape())
          .containsExactly(MASK_CHANNELS, 6, 6);
      assertThat(
              SamCases.largestDifference(reference.dense(mask()), result.dense().expand(6)))
          .isLessThanOrEqualTo(1e-4);
    }
  }

  @Test
  void shouldEncodeTheGridOfTheProfile() {
    try (PromptEncoder encoder = encoder(DenseFormat.FULL)) {
      assertThat(SamCases.largestDifference(
              reference.densePositionalEncoding(), encoder.densePositionalEncoding()))
          .isLessThanOrEqualTo(1e-5);
    }
  }

  private PromptEncoder encoder(DenseFormat format) {
    return SamPromptEncoder.of(
        weights, PROFILE, new EncoderOptions("test", "cpu", DataType.FLOAT32, format, 10));
  }

  private static Prompt prompt() {
    return new Prompt(
        new ImageSize(30, 40),
        List.of(new Point(3, 29, PointLabel.BACKGROUND), new Point(40, 0, PointLabel.FOREGROUND)),
        new Box(1, 2, 30, 30),
        new MaskLogits(24, 24, mask()));
  }

  private static float[] mask() {
    Random random = new Random(5);
    float[] mask = new float[24 * 24];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (float) (6 * random.nextGaussian());
    }
    return mask;
  }
}
