package io.promptstream.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.encoder.checkpoint.GeneratedCheckpoint;
import io.promptstream.encoder.checkpoint.GeneratedCheckpoint.Container;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests the tracker of SAM 3, which has no fixture: compares checkpoints of random weights with
 * {@link ReferenceNetwork}, with frame, order and padding written out here.
 */
final class Sam3TrackerTest {
  private static final int GRID = 72;
  private static final int MASK_SIDE = 288;

  private final PromptEncoderWeights weights = WeightsOfAnySize.of(256, 16, 23);
  private final ReferenceNetwork reference = new ReferenceNetwork(Profile.SAM3_TRACKER, weights);
  private final float[] mask = mask();

  @TempDir
  private Path directory;

  @ParameterizedTest
  @CsvSource({
    "SAM3_TRACKER, TORCH_ZIP",
    "SAM3_TRACKER, SAFETENSORS",
    "HUGGING_FACE_SAM3_TRACKER, SAFETENSORS",
    "HUGGING_FACE_SAM3_TRACKER, TORCH_ZIP"
  })
  void shouldRecogniseAndEncodeACheckpointOfTheTracker(String naming, Container container) {
    Prompt prompt = new Prompt(
        new ImageSize(480, 640),
        List.of(
            new Point(100.5, 200.25, PointLabel.FOREGROUND),
            new Point(640, 0, PointLabel.BACKGROUND)),
        new Box(10, 20, 333.3, 444.4),
        new MaskLogits(MASK_SIDE, MASK_SIDE, mask));
    FramedPrompt framed = FramedPrompts.ofTokens(
        new float[] {
          10f / 640 * 1008,
          20f / 480 * 1008,
          333.3f / 640 * 1008,
          444.4f / 480 * 1008,
          100.5f / 640 * 1008,
          200.25f / 480 * 1008,
          1008,
          0,
          0,
          0
        },
        new int[] {2, 3, 1, 0, -1});
    try (PromptEncoder encoder = encoder(naming, container, "auto", DenseFormat.FULL)) {
      PromptEmbeddings result = encoder.encode(List.of(encoder.frame(prompt))).get(0);

      assertThat(encoder.info().profile()).isEqualTo(Profile.SAM3_TRACKER);
      assertThat(result.sparse().shape()).containsExactly(5, 256);
      assertThat(SamCases.largestDifference(
              reference.sparse(framed), result.sparse().floats()))
          .isLessThanOrEqualTo(1e-5);
      assertThat(((DenseEmbeddings.Full) result.dense()).values().shape())
          .containsExactly(256, GRID, GRID);
      assertThat(
              SamCases.largestDifference(reference.dense(mask), result.dense().expand(GRID)))
          .isLessThanOrEqualTo(1e-4);
    }
  }

  @Test
  void shouldEncodeATrackerThatWasSavedAloneIfTheProfileSaysSo() {
    FramedPrompt framed = FramedPrompts.ofTokens(new float[] {504, 252, 0, 0}, new int[] {1, -1});
    try (PromptEncoder encoder =
        encoder("HUGGING_FACE_SAM2", Container.SAFETENSORS, "sam3-tracker", DenseFormat.FACTORED)) {
      Prompt prompt = new Prompt(
          new ImageSize(100, 200), List.of(new Point(100, 25, PointLabel.FOREGROUND)), null, null);

      PromptEmbeddings result = encoder.encode(List.of(encoder.frame(prompt))).get(0);

      assertThat(SamCases.largestDifference(
              reference.sparse(framed), result.sparse().floats()))
          .isLessThanOrEqualTo(1e-5);
    }
  }

  @Test
  void shouldGiveTheDensePositionalEncodingOfItsGrid() {
    try (PromptEncoder encoder =
        encoder("SAM3_TRACKER", Container.TORCH_ZIP, "auto", DenseFormat.FACTORED)) {
      assertThat(encoder.densePositionalEncoding()).hasSize(256 * GRID * GRID);
      assertThat(SamCases.largestDifference(
              reference.densePositionalEncoding(), encoder.densePositionalEncoding()))
          .isLessThanOrEqualTo(1e-5);
    }
  }

  private PromptEncoder encoder(
      String naming, Container container, String profile, DenseFormat format) {
    Path file = GeneratedCheckpoint.write(weights, naming, container, directory.resolve("tracker"));
    return SamPromptEncoder.load(
        new EncoderOptions(file.toString(), profile, "cpu", DataType.FLOAT32, format, 10));
  }

  private static float[] mask() {
    Random random = new Random(5);
    float[] mask = new float[MASK_SIDE * MASK_SIDE];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (float) (6 * random.nextGaussian());
    }
    return mask;
  }
}
