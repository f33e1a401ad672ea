package io.promptstream.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightsReaderTest {
  private final Map<String, TestTensors.Tensor> tensors =
      TestTensors.small(FamilyDetector.SEGMENT_ANYTHING);

  @ParameterizedTest
  @EnumSource
  void shouldReadAnySizesUnderEitherNaming(FamilyDetector naming) throws IOException {
    PromptEncoderWeights weights = read(TestTensors.small(naming));

    assertThat(weights.shape(PromptEncoderTensor.GAUSSIAN_MATRIX)).containsExactly(2L, 4L);
    assertThat(weights.shape(PromptEncoderTensor.POINT_EMBEDDINGS)).containsExactly(4L, 8L);
    assertThat(weights.shape(PromptEncoderTensor.CONV_2_WEIGHT)).containsExactly(4L, 1L, 2L, 2L);
  }

  @Test
  void shouldAcceptTheTiedNameOfTheGaussianMatrix() throws IOException {
    Map<String, TestTensors.Tensor> tied = TestTensors.small(FamilyDetector.HUGGING_FACE);
    tied.put(
        "shared_image_embedding.positional_embedding",
        remove(tied, "prompt_encoder.shared_embedding.positional_embedding"));

    assertThat(read(tied).shape(PromptEncoderTensor.GAUSSIAN_MATRIX)).containsExactly(2L, 4L);
  }

  @Test
  void shouldNameAllMissingTensorsAtOnce() {
    remove(tensors, "prompt_encoder.no_mask_embed.weight");
    remove(tensors, "prompt_encoder.mask_downscaling.4.bias");

    assertRejected("it lacks 2 of the 17 tensors of a prompt encoder:"
        + " prompt_encoder.no_mask_embed.weight, prompt_encoder.mask_downscaling.4.bias");
  }

  @Test
  void shouldNameBothNamesOfTheMissingTiedTensor() {
    Map<String, TestTensors.Tensor> untied = TestTensors.small(FamilyDetector.HUGGING_FACE);
    remove(untied, "prompt_encoder.shared_embedding.positional_embedding");

    assertThatExceptionOfType(MalformedCheckpointException.class)
        .isThrownBy(() -> read(untied))
        .withMessage("it lacks 1 of the 17 tensors of a prompt encoder:"
            + " prompt_encoder.shared_embedding.positional_embedding"
            + " or shared_image_embedding.positional_embedding");
  }

  @Test
  void shouldNotMatchNamesUnderAnotherPrefix() {
    tensors.clear();
    TestTensors.small(FamilyDetector.SEGMENT_ANYTHING)
        .forEach((name, tensor) -> tensors.put("ema." + name, tensor));

    assertRejected("none of its 17 tensors is one of a SAM prompt encoder, whose names begin with"
        + " prompt_encoder. or sam_prompt_encoder. or tracker.sam_prompt_encoder."
        + " or tracker_model.prompt_encoder.");
  }

  @ParameterizedTest
  @EnumSource
  void shouldRejectATensorOfTheWrongShape(PromptEncoderTensor tensor) {
    String name = FamilyDetector.SEGMENT_ANYTHING.parts().stream()
        .filter(part -> part.tensor() == tensor)
        .findFirst()
        .orElseThrow()
        .names()
        .get(0);
    tensors.put(name, new TestTensors.Tensor(List.of(3L, 3L, 3L), new float[27]));

    assertRejected("tensor " + name + " has shape [3, 3, 3], expected [");
  }

  @Test
  void shouldCheckShapesAgainstEachOther() {
    resize("prompt_encoder.no_mask_embed.weight", List.of(1L, 10L));

    assertRejected("tensor prompt_encoder.no_mask_embed.weight has shape [1, 10], expected [1, 8]");
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -2, 0, 1, 7, 8194, 4294967304L, Long.MAX_VALUE})
  void shouldRejectAnInvalidEmbeddingWidth(long width) {
    resize("prompt_encoder.not_a_point_embed.weight", List.of(1L, width));

    assertRejected(
        "tensor prompt_encoder.not_a_point_embed.weight has shape [1, %d], expected [1, C] with an even C of at most 8192"
            .formatted(width));
  }

  @ParameterizedTest
  @ValueSource(longs = {-4, 0, 2, 1028, 4294967300L})
  void shouldRejectInvalidMaskChannels(long channels) {
    resize("prompt_encoder.mask_downscaling.6.weight", List.of(8L, channels, 1L, 1L));

    assertRejected(
        "tensor prompt_encoder.mask_downscaling.6.weight has shape [8, %d, 1, 1], expected [8, M, 1, 1] with M a multiple of 4 and at most 1024"
            .formatted(channels));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void shouldRejectAWeightThatIsNotFinite(float value) {
    InMemoryTensors.find(tensors, "prompt_encoder.mask_downscaling.3.weight").values()[5] = value;

    assertRejected(
        "tensor prompt_encoder.mask_downscaling.3.weight has the value %s at index 5 (row-major), expected finite weights"
            .formatted(value));
  }

  private void resize(String name, List<Long> shape) {
    tensors.put(name, new TestTensors.Tensor(shape, new float[0]));
  }

  private static TestTensors.Tensor remove(Map<String, TestTensors.Tensor> from, String name) {
    TestTensors.Tensor removed = InMemoryTensors.find(from, name);
    from.remove(name);
    return removed;
  }

  private static PromptEncoderWeights read(Map<String, TestTensors.Tensor> from)
      throws IOException {
    return WeightsReader.read(new InMemoryTensors(from), new WeightsOrigin.Seed(0));
  }

  private void assertRejected(String message) {
    assertThatExceptionOfType(MalformedCheckpointException.class)
        .isThrownBy(() -> read(tensors))
        .withMessageContaining(message);
  }
}
