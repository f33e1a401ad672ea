package io.promptstream.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads folders in the layout of Hugging Face's libraries. */
class ShardedSafetensorsTest {
  private static final String FIRST = "model-00001-of-00003.safetensors";
  private static final String SECOND = "model-00002-of-00003.safetensors";
  private static final String THIRD = "model-00003-of-00003.safetensors";
  private static final String NO_MASK = "prompt_encoder.no_mask_embed.weight";

  private final Map<String, TestTensors.Tensor> tensors =
      TestTensors.small(FamilyDetector.HUGGING_FACE_SAM2);
  private final Map<String, String> weightMap = new LinkedHashMap<>();

  @TempDir
  private Path folder;

  @Test
  void shouldReadTheSingleFileOfAFolder() throws IOException {
    Files.write(folder.resolve("model.safetensors"), TestTensors.safetensors(tensors));

    assertReadsTheTensors(folder.toString());
  }

  @Test
  void shouldReadTheFilesThatTheIndexOfAFolderNames() throws IOException {
    writeShards();

    assertReadsTheTensors(folder.toString());
    assertReadsTheTensors(folder.resolve("model.safetensors.index.json").toString());
  }

  @Test
  void shouldPreferTheSingleFileAsHuggingFaceDoes() throws IOException {
    Files.write(folder.resolve("model.safetensors"), TestTensors.safetensors(tensors));
    writeIndex("not even JSON");

    assertReadsTheTensors(folder.toString());
  }

  @Test
  void shouldNotOpenFilesWithoutATensorOfThePromptEncoder() throws IOException {
    writeShards();
    Files.delete(folder.resolve(THIRD));

    assertReadsTheTensors(folder.toString());
  }

  @Test
  void shouldNameAFileThatIsMissing() throws IOException {
    writeShards();
    Files.delete(folder.resolve(SECOND));

    assertRejected("its shard " + SECOND + ": there is no such file");
  }

  @Test
  void shouldNameAShardThatIsNotAFile() throws IOException {
    writeShards();
    Files.delete(folder.resolve(SECOND));
    Files.createDirectory(folder.resolve(SECOND));

    assertRejected("its shard " + SECOND + ": it is a directory, expected a file");
  }

  @Test
  void shouldNameTheFileThatIsDamaged() throws IOException {
    writeShards();
    Files.write(folder.resolve(FIRST), new byte[] {1, 2, 3});

    assertRejected(
        "its shard " + FIRST + ": the length of the safetensors header starts at byte 0");
  }

  @Test
  void shouldNameTheFileOfATensorOfUnsupportedType() throws IOException {
    writeShards();
    writeShard(SECOND, Map.of());
    String header = TestTensors.entry(NO_MASK, "F64", List.of(1L, 8L), 0, 64);
    Files.write(folder.resolve(THIRD), TestTensors.safetensors("{" + header + "}", new byte[64]));
    tensors.keySet().forEach(name -> weightMap.put(name, FIRST));
    writeShard(FIRST, tensors);
    weightMap.put(NO_MASK, THIRD);
    writeIndex();

    assertRejected("its shard " + THIRD + ": tensor " + NO_MASK
        + " has the element type F64, expected F32, F16 or BF16");
  }

  @Test
  void shouldNameATensorThatIsMissingFromItsFile() throws IOException {
    writeShards();
    weightMap.put(NO_MASK, FIRST.equals(weightMap.get(NO_MASK)) ? SECOND : FIRST);
    writeIndex();

    assertRejected("tensor %s is not in %s, although the index lists it there"
        .formatted(NO_MASK, weightMap.get(NO_MASK)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../model.safetensors",
        "..",
        ".",
        ".hidden",
        "",
        "/etc/passwd",
        "sub/model.safetensors",
        "..\\\\model.safetensors",
        "C:model.safetensors",
        "a\\u0000b",
        "https://example.org/model.safetensors"
      })
  void shouldRejectANameThatIsNotAFileBesideTheIndex(String name) throws IOException {
    writeShards();
    writeIndex("{\"weight_map\":{\"x\":\"%s\"}}".formatted(name));

    assertRejected("its index maps tensor x to '", "', expected the name of a file beside it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | its index is damaged: it must be an object",
        "{} | its index is damaged: it has no weight_map, or an empty one",
        "{'weight_map':{}} | its index is damaged: it has no weight_map, or an empty one",
        "{'weight_map':[]} | its index is damaged: its weight_map must be an object",
        "{'weight_map':{'a':1}} | its index is damaged: the file of tensor a is not a string",
        "{'weight_map':{'a':{'b':1}}} | its index is damaged: the file of tensor a is not a string",
        "{'weight_map':{'a':'b'}} {} | its index is damaged: there is data after the object",
        "{'weight_map':{'a':'b','a':'c'}} | its index is not valid JSON: Duplicate field 'a'",
        "{'weight_map':{'a':'b' | its index is not valid JSON: Unexpected end-of-input"
      })
  void shouldSayWhatIsWrongWithAnIndex(String json, String message) throws IOException {
    writeIndex(json.replace('\'', '"'));

    assertRejected(message);
  }

  @Test
  void shouldRejectATooLargeIndex() throws IOException {
    writeIndex(" ".repeat((16 << 20) + 1));

    assertRejected("its index has 16777217 bytes, expected at most 16777216");
  }

  @Test
  void shouldRejectADeeplyNestedIndex() throws IOException {
    writeIndex("{\"metadata\":" + "[".repeat(100_000));

    assertRejected("its index is not valid JSON: ");
  }

  @Test
  void shouldRejectAFolderWithoutAModel() {
    assertRejected("it is a directory, expected a file, or a directory with model.safetensors or"
        + " model.safetensors.index.json in it");
  }

  private void assertReadsTheTensors(String source) throws IOException {
    assertThat(Checkpoints.read(source))
        .usingRecursiveComparison()
        .ignoringFields("origin")
        .isEqualTo(WeightsReader.read(new InMemoryTensors(tensors), new WeightsOrigin.Seed(0)));
    assertThat(Checkpoints.read(source).source()).isEqualTo(source);
  }

  private void assertRejected(String... parts) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoints.read(folder.toString()))
        .satisfies(e -> assertThat(e.getMessage())
            .startsWith("Checkpoint " + folder + ": ")
            .contains(parts)
            .doesNotContain("\n"));
  }

  /**
   * Writes the tensors alternately to the first and the second file, and other tensors to the
   * third.
   */
  private void writeShards() throws IOException {
    List<Map<String, TestTensors.Tensor>> shards =
        List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
    List<String> names = new ArrayList<>(tensors.keySet());
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      shards.get(i % 2).put(name, InMemoryTensors.find(tensors, name));
      weightMap.put(name, i % 2 == 0 ? FIRST : SECOND);
    }
    weightMap.put("vision_encoder.x", THIRD);
    writeShard(FIRST, shards.get(0));
    writeShard(SECOND, shards.get(1));
    writeShard(
        THIRD, Map.of("vision_encoder.x", new TestTensors.Tensor(List.of(1L), new float[1])));
    writeIndex();
  }

  private void writeShard(String name, Map<String, TestTensors.Tensor> content) throws IOException {
    Files.write(folder.resolve(name), TestTensors.safetensors(content));
  }

  private void writeIndex() throws IOException {
    List<String> entries = new ArrayList<>();
    weightMap.forEach((name, file) -> entries.add("\"%s\":\"%s\"".formatted(name, file)));
    writeIndex("{\"metadata\":{\"total_size\":1},\"weight_map\":{%s}}"
        .formatted(String.join(",", entries)));
  }

  private void writeIndex(String json) throws IOException {
    Files.writeString(folder.resolve("model.safetensors.index.json"), json);
  }
}
