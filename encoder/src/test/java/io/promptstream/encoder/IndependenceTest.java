package io.promptstream.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that the result of a prompt is bit-identical for any other prompts in the list. */
final class IndependenceTest {
  private final Random random = new Random(3);

  @ParameterizedTest
  @EnumSource(DataType.class)
  void shouldGiveTheSameBitsInAListAsOneByOne(DataType dataType) {
    for (DenseFormat format : DenseFormat.values()) {
      try (PromptEncoder encoder = encoder(dataType, format)) {
        List<FramedPrompt> prompts = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
          prompts.add(prompt(random.nextInt(6), i % 50 == 7));
        }
        List<PromptEmbeddings> together = encoder.encode(prompts);
        assertThat(together).hasSameSizeAs(prompts);
        for (int i = 0; i < prompts.size(); i++) {
          assertThat(encoder.encode(prompts.subList(i, i + 1)))
              .as("prompt %d, %s, %s", i, dataType, format)
              .containsExactly(together.get(i));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 9, 63, 64, 65, 255, 256, 257, 513})
  void shouldGiveTheSameBitsWhereverTokensFallInAPass(int before) {
    try (PromptEncoder encoder = encoder(DataType.FLOAT32, DenseFormat.FACTORED)) {
      FramedPrompt prompt = prompt(9, false);
      FramedPrompt neighbour = prompt(before, false);

      assertThat(encoder.encode(List.of(neighbour, prompt)).get(1))
          .isEqualTo(encoder.encode(List.of(prompt)).get(0));
    }
  }

  @Test
  void shouldEncodeAPromptWithMoreTokensThanFitInAPass() {
    try (PromptEncoder encoder = encoder(DataType.FLOAT32, DenseFormat.FACTORED)) {
      FramedPrompt large = prompt(1000, false);
      float[] together = encoder.encode(List.of(large)).get(0).sparse().floats();
      for (int t = 0; t < large.tokens(); t += 37) {
        FramedPrompt one = FramedPrompts.ofTokens(
            new float[] {large.coordinates()[2 * t], large.coordinates()[2 * t + 1]},
            new int[] {large.labels()[t]});
        assertThat(encoder.encode(List.of(one)).get(0).sparse().floats())
            .isEqualTo(Arrays.copyOfRange(together, t * 256, (t + 1) * 256));
      }
    }
  }

  @Test
  void shouldGiveEveryPromptASeparateArray() {
    try (PromptEncoder encoder = encoder(DataType.FLOAT32, DenseFormat.FACTORED)) {
      List<PromptEmbeddings> results = encoder.encode(List.of(prompt(2, false), prompt(3, false)));

      assertThat(results.get(0).sparse().data().array()).hasSize(2 * 256 * 4);
      assertThat(results.get(1).sparse().data().array()).hasSize(3 * 256 * 4);
    }
  }

  private FramedPrompt prompt(int tokens, boolean masked) {
    float[] coordinates = new float[2 * tokens];
    int[] labels = new int[tokens];
    for (int t = 0; t < tokens; t++) {
      coordinates[2 * t] = random.nextFloat() * 1024;
      coordinates[2 * t + 1] = random.nextFloat() * 1024;
      labels[t] = random.nextInt(5) - 1;
    }
    return masked
        ? new FramedPrompt(coordinates, labels, mask())
        : FramedPrompts.ofTokens(coordinates, labels);
  }

  private float[] mask() {
    float[] mask = new float[256 * 256];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (float) (6 * random.nextGaussian());
    }
    return mask;
  }

  private static PromptEncoder encoder(DataType dataType, DenseFormat format) {
    return SamPromptEncoder.load(new EncoderOptions("seed:42", "cpu", dataType, format, 100));
  }
}
