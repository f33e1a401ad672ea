package io.promptstream.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The family is detected from the names of the tensors, in any container format. */
class FamilyDetectorTest {
  private static final WeightsOrigin ORIGIN = new WeightsOrigin.CheckpointFile(Path.of("w.pt"));

  private final Map<String, TestTensors.Tensor> stacked =
      TestTensors.small(FamilyDetector.HUGGING_FACE_SAM2);

  @ParameterizedTest
  @CsvSource({
    "SEGMENT_ANYTHING, prompt_encoder.point_embeddings.0.weight, SAM, 1",
    "SAM2, sam_prompt_encoder.point_embeddings.0.weight, SAM2, 2",
    "SAM3_TRACKER, tracker.sam_prompt_encoder.point_embeddings.0.weight, SAM3_TRACKER, 1",
    "HUGGING_FACE, prompt_encoder.point_embed.0.weight, SAM, 1",
    "HUGGING_FACE_SAM2, prompt_encoder.point_embed.weight, SAM2, 2",
    "HUGGING_FACE_SAM3_TRACKER, tracker_model.prompt_encoder.point_embed.weight, SAM3_TRACKER, 1"
  })
  void shouldDetectTheFamilyFromTheNames(
      FamilyDetector naming, String example, Family family, int families) throws IOException {
    byte[] torch = TestTensors.torchZip(TestTensors.small(naming));
    byte[] safetensors = TestTensors.safetensors(TestTensors.small(naming));

    for (byte[] file : List.of(torch, safetensors)) {
      PromptEncoderWeights weights = read(file);
      assertThat(weights.exampleName()).isEqualTo(example);
      assertThat(weights.families()).startsWith(family).hasSize(families);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadTheSameWeightsUnderAnyNames(FamilyDetector naming) throws IOException {
    PromptEncoderWeights expected =
        read(TestTensors.torchZip(TestTensors.small(FamilyDetector.SEGMENT_ANYTHING)));

    assertThat(read(TestTensors.safetensors(TestTensors.small(naming))))
        .usingRecursiveComparison()
        .ignoringFields("exampleName", "families")
        .isEqualTo(expected);
  }

  @Test
  void shouldAcceptTheTiedNameOfTheTrackersMatrix() throws IOException {
    Map<String, TestTensors.Tensor> tied =
        TestTensors.small(FamilyDetector.HUGGING_FACE_SAM3_TRACKER);
    String name = "tracker_model.prompt_encoder.shared_embedding.positional_embedding";
    TestTensors.Tensor matrix = InMemoryTensors.find(tied, name);
    tied.remove(name);
    tied.put("tracker_model.shared_image_embedding.positional_embedding", matrix);

    assertThat(read(TestTensors.safetensors(tied)).values(PromptEncoderTensor.GAUSSIAN_MATRIX))
        .isEqualTo(matrix.values());
  }

  @Test
  void shouldDistinguishSamFromSam2ByThePointEmbeddings() throws IOException {
    // Adds an incomplete prompt encoder of SAM, under the same prefix, to a complete one of SAM 2.
    TestTensors.small(FamilyDetector.HUGGING_FACE).forEach((name, tensor) -> {
      if (!name.contains("point_embed.3")) {
        stacked.putIfAbsent(name, tensor);
      }
    });

    assertThat(read(TestTensors.safetensors(stacked)).family()).isEqualTo(Family.SAM2);
  }

  @Test
  void shouldNameAMissingTensorOfSeveralRowsOnce() {
    stacked.remove("prompt_encoder.point_embed.weight");
    stacked.remove("prompt_encoder.mask_embed.conv1.bias");
    stacked.remove("prompt_encoder.not_a_point_embed.weight");
    stacked.put(
        "prompt_encoder.point_embed.weights", new TestTensors.Tensor(List.of(), new float[1]));

    assertRejected(
        "it lacks 6 of the 17 tensors of a prompt encoder: prompt_encoder.point_embed.0.weight,");
  }

  @Test
  void shouldNameAMissingTensorOfTheFamily() {
    stacked.remove("prompt_encoder.mask_embed.conv1.bias");

    assertRejected("it lacks 1 of the 14 tensors of a prompt encoder:"
        + " prompt_encoder.mask_embed.conv1.bias");
  }

  @ParameterizedTest
  @CsvSource({"3", "5", "0", "4294967300"})
  void shouldRejectStackedEmbeddingsOfTheWrongShape(long rows) {
    stacked.put(
        "prompt_encoder.point_embed.weight",
        new TestTensors.Tensor(List.of(rows, 8L), new float[0]));

    assertRejected("tensor prompt_encoder.point_embed.weight has shape [%d, 8], expected [4, 8]"
        .formatted(rows));
  }

  @Test
  void shouldReportTheIndexOfANonFiniteStackedWeight() {
    InMemoryTensors.find(stacked, "prompt_encoder.point_embed.weight").values()[17] = Float.NaN;

    assertRejected("tensor prompt_encoder.point_embed.weight has the value NaN at index 17"
        + " (row-major), expected finite weights");
  }

  @Test
  void shouldNameTheFoundAndTheExpectedFamilies() throws IOException {
    PromptEncoderWeights weights =
        read(TestTensors.torchZip(TestTensors.small(FamilyDetector.SAM2)));

    weights.requireFamily(Family.SAM2);
    weights.requireFamily(Family.SAM3_TRACKER);
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> weights.requireFamily(Family.SAM))
        .withMessage("Checkpoint w.pt: its tensors have the names of sam2 or sam3-tracker,"
            + " such as sam_prompt_encoder.point_embeddings.0.weight, expected those of sam");
  }

  @ParameterizedTest
  @EnumSource
  void shouldAcceptRandomWeightsForAnyFamily(Family family) {
    PromptEncoderWeights weights = Checkpoints.read("seed:1");

    weights.requireFamily(family);
    assertThat(weights.family()).isEqualTo(Family.SAM);
  }

  private static PromptEncoderWeights read(byte[] checkpoint) throws IOException {
    try (SeekableByteChannel channel = new SeekableInMemoryByteChannel(checkpoint)) {
      return TestTensors.read(new CheckpointChannel(channel), ORIGIN);
    }
  }

  private void assertRejected(String message) {
    assertThatExceptionOfType(MalformedCheckpointException.class)
        .isThrownBy(() -> WeightsReader.read(new InMemoryTensors(stacked), ORIGIN))
        .withMessageContaining(message);
  }
}
