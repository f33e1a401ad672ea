package io.promptstream.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelIdTest {
  @Test
  void shouldBeTheSameForBothContainers() {
    assertThat(Checkpoints.read(Fixtures.TORCH_ZIP.path().toString()).modelId("sam"))
        .isEqualTo(Checkpoints.read(Fixtures.SAFETENSORS.path().toString()).modelId("sam"))
        .matches("[0-9a-f]{16}");
  }

  @Test
  void shouldNeverChangeForTheSameWeights() {
    assertThat(Checkpoints.read("seed:42").modelId("sam")).isEqualTo("seed-42-b13a3ae461a5a666");
    assertThat(Checkpoints.read(Fixtures.TORCH_ZIP.path().toString()).modelId("sam"))
        .isEqualTo("3e2a390ed60e8d2e");
  }

  @Test
  void shouldDifferBetweenProfiles() {
    PromptEncoderWeights weights = Checkpoints.read("seed:42");

    assertThat(weights.modelId("sam")).isNotEqualTo(weights.modelId("sam2"));
  }

  @Test
  void shouldDifferWithEveryTensor() throws Exception {
    String id = small(Map.of()).modelId("sam");

    for (String tensor : TestTensors.small(FamilyDetector.SEGMENT_ANYTHING).keySet()) {
      assertThat(small(Map.of(tensor, -1f)).modelId("sam")).as("%s", tensor).isNotEqualTo(id);
    }
  }

  private static PromptEncoderWeights small(Map<String, Float> lastElements) throws Exception {
    Map<String, TestTensors.Tensor> tensors = TestTensors.small(FamilyDetector.SEGMENT_ANYTHING);
    lastElements.forEach((name, value) -> {
      float[] values = InMemoryTensors.find(tensors, name).values();
      values[values.length - 1] = value;
    });
    return WeightsReader.read(new InMemoryTensors(tensors), new WeightsOrigin.Seed(1));
  }
}
