package io.promptstream.encoder.checkpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {
  @TempDir
  private Path directory;

  @Test
  void shouldReadTheSameWeightsFromBothContainers() {
    PromptEncoderWeights torch = Checkpoints.read(Fixtures.TORCH_ZIP.path().toString());
    PromptEncoderWeights safetensors =
        Checkpoints.read(Fixtures.SAFETENSORS.path().toString());

    assertThat(torch)
        .usingRecursiveComparison()
        .ignoringFields("origin", "exampleName")
        .isEqualTo(safetensors);
  }

  @ParameterizedTest
  @EnumSource
  void shouldStackAndFlattenTheEmbeddings(Fixtures fixture) {
    PromptEncoderWeights weights = Checkpoints.read(fixture.path().toString());

    assertThat(weights.shape(PromptEncoderTensor.GAUSSIAN_MATRIX)).containsExactly(2L, 128L);
    assertThat(weights.shape(PromptEncoderTensor.POINT_EMBEDDINGS)).containsExactly(4L, 256L);
    assertThat(weights.shape(PromptEncoderTensor.NOT_A_POINT)).containsExactly(256L);
    assertThat(weights.shape(PromptEncoderTensor.NO_MASK)).containsExactly(256L);
    assertThat(weights.shape(PromptEncoderTensor.CONV_1_WEIGHT)).containsExactly(4L, 1L, 2L, 2L);
    assertThat(weights.shape(PromptEncoderTensor.CONV_3_WEIGHT)).containsExactly(256L, 16L, 1L, 1L);
  }

  @Test
  void shouldKeepThePointEmbeddingsInOrder() throws IOException {
    Map<String, TestTensors.Tensor> tensors = TestTensors.small(FamilyDetector.SEGMENT_ANYTHING);
    for (int row = 0; row < 4; row++) {
      float[] values = InMemoryTensors.find(
              tensors, "prompt_encoder.point_embeddings.%d.weight".formatted(row))
          .values();
      Arrays.fill(values, row);
    }

    float[] stacked =
        read(TestTensors.torchZip(tensors)).values(PromptEncoderTensor.POINT_EMBEDDINGS);

    assertThat(List.of(stacked[0], stacked[8], stacked[16], stacked[24]))
        .containsExactly(0f, 1f, 2f, 3f);
  }

  @Test
  void shouldSayWhereWeightsComeFrom() {
    String source = Fixtures.TORCH_ZIP.path().toString();

    assertThat(Checkpoints.read(source).source()).isEqualTo(source);
    assertThat(Checkpoints.read(source).isRandom()).isFalse();
    assertThat(Checkpoints.read("seed:42").source())
        .isEqualTo("seed:42 (random weights, not trained)");
    assertThat(Checkpoints.read("seed:42").isRandom()).isTrue();
  }

  @Test
  void shouldDetectTheContainerFromItsContent() throws IOException {
    Path misnamed = directory.resolve("weights.pth");
    Files.copy(Fixtures.SAFETENSORS.path(), misnamed);

    assertThat(Checkpoints.read(misnamed.toString()).shape(PromptEncoderTensor.NOT_A_POINT))
        .containsExactly(256L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"seed:", "seed:abc", "seed:1.5", "seed:9223372036854775808"})
  void shouldRejectASeedThatIsNotAnInteger(String source) {
    assertRejected(source, "is not a signed 64-bit integer");
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void shouldAcceptEverySeed(long seed) {
    assertThat(Checkpoints.read("seed:" + seed).origin()).isEqualTo(new WeightsOrigin.Seed(seed));
  }

  @Test
  void shouldRejectAMissingFile() {
    assertRejected(directory.resolve("nowhere.pth").toString(), "there is no such file");
  }

  @Test
  void shouldRejectADirectory() {
    assertRejected(
        directory.toString(),
        "it is a directory, expected a file, or a directory with model.safetensors");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void shouldRejectADevice() {
    assertRejected("/dev/zero", "it is not a regular file, expected a file");
  }

  @Test
  void shouldRejectAnInvalidPath() {
    assertRejected("a\0b", "it is not a path");
  }

  @Test
  void shouldRejectAnEmptyFile() throws IOException {
    assertRejected(write(new byte[0]), "the file is empty");
  }

  @Test
  void shouldRejectTheLegacyPickleFormat() throws IOException {
    // The magic number that torch.save wrote before PyTorch 1.6, pickled.
    byte[] legacy = {(byte) 0x80, 2, (byte) 0x8a, 0x0a, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46};

    assertRejected(write(legacy), "it is in the format of PyTorch before 1.6");
  }

  @Test
  void shouldRejectTheLegacyTarFormat() throws IOException {
    byte[] tar = new byte[512];
    System.arraycopy("storages".getBytes(US_ASCII), 0, tar, 0, 8);
    System.arraycopy("ustar".getBytes(US_ASCII), 0, tar, 257, 5);

    assertRejected(write(tar), "it is in the format of PyTorch before 1.6");
  }

  @Test
  void shouldRejectAnUnknownFormat() throws IOException {
    assertRejected(
        write("GGUF".getBytes(US_ASCII)),
        "it is neither a PyTorch zip (.pth, .pt) nor a safetensors file:"
            + " it begins with 47 47 55 46");
  }

  private PromptEncoderWeights read(byte[] checkpoint) throws IOException {
    return Checkpoints.read(write(checkpoint));
  }

  private String write(byte[] checkpoint) throws IOException {
    return Files.write(directory.resolve("checkpoint"), checkpoint).toString();
  }

  private static void assertRejected(String source, String message) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoints.read(source))
        .withMessageStartingWith("Checkpoint ")
        .withMessageContaining(message);
  }
}
