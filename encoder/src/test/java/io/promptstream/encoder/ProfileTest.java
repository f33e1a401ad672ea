package io.promptstream.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.promptstream.encoder.checkpoint.CheckpointException;
import io.promptstream.encoder.checkpoint.Family;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProfileTest {
  @TempDir
  private Path directory;

  @ParameterizedTest
  @EnumSource
  void shouldHaveAProfileUnderTheNameOfEachFamily(Family family) {
    assertThat(Profile.of(family).name()).isEqualTo(family.profileName());
    assertThat(Profile.named(family.profileName())).contains(Profile.of(family));
    assertThat(Profile.all()).contains(Profile.of(family)).hasSameSizeAs(Family.values());
  }

  @ParameterizedTest
  @CsvSource({
    "auto, sam, seed-42-b13a3ae461a5a666",
    "sam, sam, seed-42-b13a3ae461a5a666",
    "sam2, sam2, seed-42-",
    "sam3-tracker, sam3-tracker, seed-42-"
  })
  void shouldGiveRandomWeightsTheRulesOfTheProfile(String setting, String profile, String modelId) {
    try (PromptEncoder encoder = SamPromptEncoder.load(options("seed:42", setting))) {
      EncoderInfo info = encoder.info();
      assertThat(info.profile().name()).isEqualTo(profile);
      assertThat(info.modelId()).startsWith(modelId);

      int side = info.profile().maskInputSize();
      MaskLogits mask = new MaskLogits(side, side, new float[side * side]);
      FramedPrompt prompt = encoder.frame(new Prompt(null, List.of(), new Box(1, 2, 3, 4), mask));
      PromptEmbeddings result = encoder.encode(List.of(prompt)).get(0);
      assertThat(result.sparse().shape()).containsExactly(profile.equals("sam") ? 2 : 3, 256);
      assertThat(((DenseEmbeddings.Factored) result.dense()).values().shape())
          .containsExactly(16, side / 4, side / 4);
    }
  }

  @Test
  void shouldRejectWeightsOfAnotherFamilyThanTheSetting() {
    Path sam = SamCases.copy("sam_vit_like.pth", directory);

    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> SamPromptEncoder.load(options(sam.toString(), "sam2")))
        .withMessage(
            "Checkpoint %s: its tensors have the names of sam, such as"
                + " prompt_encoder.point_embeddings.0.weight, expected those of sam2",
            sam);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "SAM", "sam3", "sam2.1", "auto "})
  void shouldRejectAnUnknownProfile(String setting) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options("seed:1", setting))
        .withMessage("profile is '%s', must be one of auto, sam, sam2, sam3-tracker", setting);
  }

  private static EncoderOptions options(String checkpoint, String profile) {
    return new EncoderOptions(
        checkpoint, profile, "cpu", DataType.FLOAT32, DenseFormat.FACTORED, 10);
  }
}
