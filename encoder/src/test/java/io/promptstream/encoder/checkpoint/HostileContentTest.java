package io.promptstream.encoder.checkpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Modifies the content of valid containers: the pickle of a zip, the header of a safetensors file,
 * the index of shards. The modifications of {@link HostileCheckpointTest} mostly break the
 * container itself, so that its content is not parsed.
 */
class HostileContentTest {
  private static final int MUTATIONS = 500;

  /** Parts of pickles that run code, create objects, or claim excessive lengths or depths. */
  private static final List<String> PICKLED = List.of(
      "cposix\nsystem\nX\5\0\0\0touch\u0085R",
      "c__builtin__\neval\n(X\5\0\0\0touchtR",
      "cargparse\nNamespace\n)\u0081",
      "X\377\377\377\177",
      "\u008a\377",
      "(((((((((((((((((((",
      "}}}}}}}}}sssssss",
      "h\0h\1\u0086q\0",
      "ttttt",
      "\u0080\4",
      ".");

  private static final List<String> NUMBERS = List.of(
      "-1",
      "0",
      "4294967296",
      "9223372036854775807",
      "99999999999999999999999999",
      "1e308",
      "null",
      "[]",
      "{}",
      "\"..\"");

  private static final List<String> JSON = List.of(
      "[".repeat(5000),
      "{\"a\":".repeat(2000),
      "\"../../../../etc/passwd\":",
      ",\"" + "n".repeat(60_000) + "\":1",
      "}",
      "]",
      "\"",
      "\0",
      "\u2028");

  @TempDir
  private Path directory;

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "SAFETENSORS")
  void shouldSurviveAnyPickle(Fixtures fixture) throws IOException {
    TorchZipBuilder torch = new TorchZipBuilder();
    byte[] pickle = copyRecords(fixture, torch);
    assertThat(survives(write(torch.zip(pickle)))).isTrue();
    int rejected = 0;

    for (int i = 0; i < MUTATIONS; i++) {
      rejected += survives(write(torch.zip(mutate(pickle, PICKLED, new Random(i))))) ? 0 : 1;
    }

    assertThat(rejected).isBetween(MUTATIONS / 4, MUTATIONS - 1);
  }

  @Test
  void shouldSurviveAnyHeader() throws IOException {
    byte[] original = Fixtures.SAFETENSORS.bytes();
    int length = (int) ByteBuffer.wrap(original).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] header = Arrays.copyOfRange(original, 8, 8 + length);
    byte[] data = Arrays.copyOfRange(original, 8 + length, original.length);
    int rejected = 0;

    for (int i = 0; i < MUTATIONS; i++) {
      Random random = new Random(i);
      byte[] mutated =
          random.nextBoolean() ? replaceNumber(header, random) : mutate(header, JSON, random);
      rejected += survives(write(safetensors(mutated, data))) ? 0 : 1;
    }

    assertThat(rejected).isBetween(MUTATIONS / 4, MUTATIONS - 1);
  }

  @Test
  void shouldSurviveAnyIndex() throws IOException {
    Map<String, TestTensors.Tensor> tensors = TestTensors.small(FamilyDetector.HUGGING_FACE_SAM2);
    Files.write(directory.resolve("m-1.safetensors"), TestTensors.safetensors(tensors));
    List<String> entryList = new ArrayList<>();
    tensors.keySet().forEach(name -> entryList.add("\"%s\":\"m-1.safetensors\"".formatted(name)));
    for (int i = 0; i < 40; i++) {
      entryList.add("\"vision_encoder.layers.%d.weight\":\"m-2.safetensors\"".formatted(i));
    }
    String entries = String.join(",", entryList);
    byte[] index = ("{\"weight_map\":{" + entries + "}}").getBytes(UTF_8);
    Path file = directory.resolve("model.safetensors.index.json");
    int rejected = 0;

    for (int i = 0; i < MUTATIONS; i++) {
      Files.write(file, mutate(index, JSON, new Random(i)));
      rejected += survives(directory) ? 0 : 1;
    }

    assertThat(rejected).isBetween(MUTATIONS / 4, MUTATIONS - 1);
  }

  /** The reader looks up entries by name and never unpacks them. */
  @ParameterizedTest
  @CsvSource({"..\\..\\x/, true", "......./, true", "../../x/, false", "/tmp/xx/, false"})
  void shouldIgnoreThePathsOfZipEntries(String folder, boolean loads) throws IOException {
    byte[] zip = TestTensors.torchZip(TestTensors.small(FamilyDetector.SEGMENT_ANYTHING));
    // A name of the same length keeps all offsets valid.
    String moved = new String(zip, ISO_8859_1).replace("archive/", folder);

    assertThat(survives(write(moved.getBytes(ISO_8859_1)))).isEqualTo(loads);
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(1);
    }
  }

  private static byte[] copyRecords(Fixtures fixture, TorchZipBuilder torch) throws IOException {
    byte[] pickle = {};
    // Java's ZipInputStream cannot read the padding that PyTorch writes before an entry.
    try (ZipFile zip = new ZipFile(fixture.path().toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String name = entry.getName().substring(entry.getName().indexOf('/') + 1);
        byte[] content = zip.getInputStream(entry).readAllBytes();
        if (name.equals("data.pkl")) {
          pickle = content;
        } else if (!name.equals("version")) {
          torch.record(name, content);
        }
      }
    }
    return pickle;
  }

  /** Flips bits, truncates, repeats, overwrites or inserts. */
  private static byte[] mutate(byte[] original, List<String> inserted, Random random) {
    int at = random.nextInt(original.length);
    String text = new String(original, ISO_8859_1);
    switch (random.nextInt(5)) {
      case 0 -> {
        byte[] flipped = original.clone();
        for (int i = 0; i <= random.nextInt(4); i++) {
          flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
      }
      case 1 -> {
        return Arrays.copyOf(original, at);
      }
      case 2 -> {
        int end = Math.min(original.length, at + random.nextInt(200));
        return (text.substring(0, end) + text.substring(at)).getBytes(ISO_8859_1);
      }
      case 3 -> {
        byte[] overwritten = Arrays.copyOf(original, Math.max(original.length, at + 4));
        ByteBuffer.wrap(overwritten).putInt(at, random.nextBoolean() ? -1 : Integer.MAX_VALUE);
        return overwritten;
      }
      default -> {
        String snippet = inserted.get(random.nextInt(inserted.size()));
        return (text.substring(0, at) + snippet + text.substring(at)).getBytes(ISO_8859_1);
      }
    }
  }

  private static byte[] replaceNumber(byte[] header, Random random) {
    String json = new String(header, UTF_8);
    String number = NUMBERS.get(random.nextInt(NUMBERS.size()));
    int from = random.nextInt(json.length());
    return (json.substring(0, from) + json.substring(from).replaceFirst("\\b[0-9]+\\b", number))
        .getBytes(UTF_8);
  }

  private static byte[] safetensors(byte[] header, byte[] data) {
    return ByteBuffer.allocate(Long.BYTES + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data)
        .array();
  }

  private Path write(byte[] checkpoint) throws IOException {
    return Files.write(directory.resolve("hostile"), checkpoint);
  }

  private static boolean survives(Path source) {
    try {
      PromptEncoderWeights weights = Checkpoints.read(source.toString());
      assertThat(weights.values(PromptEncoderTensor.POINT_EMBEDDINGS))
          .hasSize(4 * weights.values(PromptEncoderTensor.NOT_A_POINT).length);
      return true;
    } catch (CheckpointException e) {
      assertThat(e.getMessage())
          .startsWith("Checkpoint " + source + ": ")
          .hasSizeLessThan(4000)
          .doesNotContain("\n");
      return false;
    }
  }
}
