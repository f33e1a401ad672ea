package io.promptstream.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.promptstream.encoder.checkpoint.CheckpointInspection.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CheckpointToolsTest {
  @TempDir
  private Path directory;

  @ParameterizedTest
  @EnumSource
  void shouldExtractAPromptEncoderOfTheSameModelId(Fixtures fixture) throws IOException {
    Path file = directory.resolve("extract.safetensors");

    CheckpointInspection original = tools().extract(fixture.path().toString(), file);

    PromptEncoderWeights weights = Checkpoints.read(file.toString());
    assertThat(weights)
        .usingRecursiveComparison()
        .ignoringFields("origin", "exampleName")
        .isEqualTo(Checkpoints.read(fixture.path().toString()));
    assertThat(weights.modelId(original.profile())).isEqualTo(original.modelId());
    CheckpointInspection extracted = tools().inspect(file.toString());
    assertThat(extracted.modelId()).isEqualTo(original.modelId());
    assertThat(extracted.profile()).isEqualTo(original.profile());
    assertThat(extracted.sha256()).isEqualTo(original.sha256());
    assertThat(Files.size(file)).isLessThan(64 << 10);
    assertThat(filesIn(directory)).containsExactly(file);
  }

  @ParameterizedTest
  @EnumSource
  void shouldWriteNamesThatIdentifyTheFamily(Family family) throws IOException {
    FamilyDetector naming = switch (family) {
      case SAM -> FamilyDetector.HUGGING_FACE;
      case SAM2 -> FamilyDetector.HUGGING_FACE_SAM2;
      case SAM3_TRACKER -> FamilyDetector.HUGGING_FACE_SAM3_TRACKER;
    };
    Path source = Files.write(
        directory.resolve("source"),
        TestTensors.safetensors(TestTensors.named(naming, Checkpoints.read("seed:3"))));
    Path file = directory.resolve("extract.safetensors");

    CheckpointInspection original = tools().extract(source.toString(), file);

    assertThat(original.profile()).isEqualTo(family.profileName());
    assertThat(Checkpoints.read(file.toString()).family()).isEqualTo(family);
    assertThat(tools().inspect(file.toString()).modelId()).isEqualTo(original.modelId());
  }

  @Test
  void shouldInspectAFolderOfShards() throws IOException {
    Files.writeString(
        directory.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"%s\":\"a\"}}"
            .formatted(String.join(
                "\":\"a\",\"", TestTensors.small(FamilyDetector.HUGGING_FACE).keySet())));
    byte[] shard = TestTensors.safetensors(TestTensors.small(FamilyDetector.HUGGING_FACE));
    Files.write(directory.resolve("a"), shard);

    CheckpointInspection found = tools().inspect(directory.toString());

    assertThat(found.embeddingWidth()).isEqualTo(8);
    assertThat(found.tensors()).hasSize(17);
    assertThat(found.bytesThere()).isGreaterThan(shard.length);
  }

  @Test
  void shouldWriteTheOfficialNamesAndTheSource() throws IOException {
    Path file = directory.resolve("extract.safetensors");
    String source = Fixtures.SAFETENSORS.path().toString();
    CheckpointInspection original = tools().extract(source, file);

    try (LocalCheckpoint opened =
        new LocalCheckpoint(file, new WeightsOrigin.CheckpointFile(file))) {
      SafetensorsFile extract = (SafetensorsFile) opened.tensors();
      assertThat(extract.names())
          .hasSize(17)
          .contains(
              "prompt_encoder.pe_layer.positional_encoding_gaussian_matrix",
              "prompt_encoder.mask_downscaling.6.weight");
      assertThat(extract.shape("prompt_encoder.point_embeddings.3.weight"))
          .containsExactly(1L, 256L);
      assertThat(extract.metadata())
          .containsEntry("promptstream_format", "1")
          .containsEntry("profile", "sam")
          .containsEntry("model_id", original.modelId())
          .containsEntry("sha256", original.sha256())
          .containsEntry("source", "hf_sam_like.safetensors")
          .doesNotContainKeys("etag", "revision");
    }
  }

  @Test
  void shouldAlignTheDataAndLeaveNoGaps() throws IOException {
    Path file = directory.resolve("extract.safetensors");
    tools().extract(Fixtures.TORCH_ZIP.path().toString(), file);
    byte[] bytes = Files.readAllBytes(file);
    long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();

    int elements = 0;
    for (Tensor tensor : tools().inspect(file.toString()).tensors()) {
      elements += tensor.shape().stream().reduce(1L, Math::multiplyExact).intValue();
    }

    assertThat(header % 8).isZero();
    assertThat(bytes.length).isEqualTo(8 + header + 4L * elements);
  }

  @ParameterizedTest
  @CsvSource({
    "TORCH_ZIP, prompt_encoder.point_embeddings.0.weight, FloatStorage",
    "SAFETENSORS, prompt_encoder.point_embed.0.weight, F32"
  })
  void shouldDescribeThePromptEncoder(Fixtures fixture, String name, String elementType)
      throws IOException {
    CheckpointInspection found = tools().inspect(fixture.path().toString());

    assertThat(found.profile()).isEqualTo("sam");
    assertThat(found.embeddingWidth()).isEqualTo(256);
    assertThat(found.maskChannels()).isEqualTo(16);
    assertThat(found.tensors())
        .hasSize(17)
        .contains(new Tensor(name, List.of(1L, 256L), elementType));
    assertThat(found.bytesThere()).isEqualTo(Files.size(fixture.path()));
    assertThat(found.bytesRead()).isPositive().isLessThan(found.bytesThere());
  }

  @Test
  void shouldComputeTheSameDigestForEveryContainer() {
    String torch = tools().inspect(Fixtures.TORCH_ZIP.path().toString()).sha256();

    assertThat(tools().inspect(Fixtures.SAFETENSORS.path().toString()).sha256())
        .isEqualTo(torch)
        .matches("[0-9a-f]{64}");
  }

  @Test
  void shouldReplaceAFile() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "old");

    tools().extract(Fixtures.TORCH_ZIP.path().toString(), file);

    assertThat(Checkpoints.read(file.toString()).shape(PromptEncoderTensor.NO_MASK))
        .containsExactly(256L);
  }

  @Test
  void shouldNotReplaceTheSource() throws IOException {
    Path file = directory.resolve("file.pth");
    Files.copy(Fixtures.TORCH_ZIP.path(), file);

    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> tools().extract(file.toString(), directory.resolve("./file.pth")))
        .withMessageContaining("it is part of the checkpoint");
    assertThat(file).hasSameBinaryContentAs(Fixtures.TORCH_ZIP.path());
  }

  @Test
  void shouldNotReplaceADevice() {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(
            () -> tools().extract(Fixtures.TORCH_ZIP.path().toString(), Path.of("/dev/null")))
        .withMessage("Cannot write /dev/null: it is not a regular file, expected a file");
  }

  @ParameterizedTest
  @CsvSource({"., it is a directory", "none/file, its directory does not exist"})
  void shouldSayThatAFileCannotBeWritten(String file, String message) {
    Path target = directory.resolve(file);

    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> tools().extract(Fixtures.TORCH_ZIP.path().toString(), target))
        .withMessageStartingWith("Cannot write ")
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "seed:42, it stands for random weights",
    "nowhere.pth, there is no such file",
    "/, 'it is a directory, expected a file'",
    "hf:x, it is not hf:OWNER/NAME"
  })
  void shouldSayThatThereIsNoCheckpoint(String source, String message) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> tools().inspect(source))
        .withMessageStartingWith("Checkpoint " + source)
        .withMessageContaining(message);
  }

  private CheckpointTools tools() {
    return new CheckpointTools(
        Map.of("PROMPTSTREAM_CACHE_DIR", directory.resolve("cache").toString()));
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
