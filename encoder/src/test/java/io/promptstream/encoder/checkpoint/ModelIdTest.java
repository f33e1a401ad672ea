package io.promptstream.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelIdTest {
  @Test
  void shouldBeTheSameForBothContainers() {
    assertThat(ModelId.of(Checkpoints.read(Fixtures.TORCH_ZIP.path().toString()), "sam"))
        .isEqualTo(ModelId.of(Checkpoints.read(Fixtures.SAFETENSORS.path().toString()), "sam"))
        .matches("[0-9a-f]{16}");
  }

  @Test
  void shouldNeverChangeForTheSameWeights() {
    assertThat(ModelId.of(Checkpoints.read("seed:42"), "sam"))
        .isEqualTo("seed-42-b13a3ae461a5a666");
    assertThat(ModelId.of(Checkpoints.read(Fixtures.TORCH_ZIP.path().toString()), "sam"))
        .isEqualTo("3e2a390ed60e8d2e");
  }

  @Test
  void shouldDifferBetweenProfiles() {
    PromptEncoderWeights weights = Checkpoints.read("seed:42");

    assertThat(ModelId.of(weights, "sam")).isNotEqualTo(ModelId.of(weights, "sam2"));
  }

  @Test
  void shouldDifferWithEveryTensor() throws Exception {
    String id = ModelId.of(small(Map.of()), "sam");

    for (PromptEncoderTensor tensor : PromptEncoderTensor.values()) {
      assertThat(ModelId.of(small(Map.of(tensor, -1f)), "sam")).as("%s", tensor).isNotEqualTo(id);
    }
  }

  private static PromptEncoderWeights small(Map<PromptEncoderTensor, Float> lastElements)
      throws Exception {
    Map<String, TestTensors.Tensor> tensors = TestTensors.small(FamilyDetector.SEGMENT_ANYTHING);
    lastElements.forEach((tensor, value) -> {
      String name = FamilyDetector.SEGMENT_ANYTHING.names(tensor).get(0);
      float[] values = InMemoryTensors.find(tensors, name).values();
      values[values.length - 1] = value;
    });
    return WeightsReader.read(new InMemoryTensors(tensors), new WeightsOrigin.Seed(1));
  }
}
