package io.promptstream.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A modified checkpoint either loads or is rejected with a {@link CheckpointException}; no other
 * exception or error is thrown, and the heap of the tests suffices.
 */
class HostileCheckpointTest {
  private static final int TRUNCATIONS = 60;
  private static final int MUTATIONS = 150;
  private static final int[] LENGTHS = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, 1, 0xffff};

  @TempDir
  private Path directory;

  @ParameterizedTest
  @EnumSource
  void shouldSurviveTruncation(Fixtures fixture) throws IOException {
    byte[] original = fixture.bytes();
    Random random = new Random(1);

    for (int i = 0; i < TRUNCATIONS; i++) {
      int length = i < 20 ? i : random.nextInt(original.length);
      // A zip has its directory at the end, safetensors have their sizes at the start, so that no
      // truncated file is a complete checkpoint.
      assertThat(survives(Arrays.copyOf(original, length)))
          .as("truncated at %d", length)
          .isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldSurviveFlippedBytes(Fixtures fixture) throws IOException {
    byte[] original = fixture.bytes();
    int rejected = 0;

    for (int i = 0; i < MUTATIONS; i++) {
      Random random = new Random(i);
      byte[] flipped = original.clone();
      for (int flip = 0; flip <= i % 4; flip++) {
        flipped[structuralByte(fixture, random, original.length)] ^=
            (byte) (1 << random.nextInt(8));
      }
      rejected += survives(flipped) ? 0 : 1;
    }

    assertThat(rejected).isBetween(MUTATIONS / 4, MUTATIONS);
  }

  @ParameterizedTest
  @EnumSource
  void shouldSurviveHostileLengths(Fixtures fixture) throws IOException {
    byte[] original = fixture.bytes();
    int rejected = 0;

    for (int i = 0; i < MUTATIONS; i++) {
      Random random = new Random(i);
      byte[] overwritten = original.clone();
      int position = structuralByte(fixture, random, original.length - Integer.BYTES);
      ByteBuffer.wrap(overwritten)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(position, LENGTHS[i % LENGTHS.length]);
      rejected += survives(overwritten) ? 0 : 1;
    }

    assertThat(rejected).isBetween(MUTATIONS / 4, MUTATIONS);
  }

  @ParameterizedTest
  @EnumSource
  void shouldSurviveMissingAndRepeatedParts(Fixtures fixture) throws IOException {
    byte[] original = fixture.bytes();
    int rejected = 0;

    for (int i = 0; i < MUTATIONS; i++) {
      Random random = new Random(i);
      int from = structuralByte(fixture, random, original.length - 64);
      int to = structuralByte(fixture, random, original.length - 64);
      byte[] moved = original.clone();
      System.arraycopy(original, from, moved, to, random.nextInt(64));
      rejected += survives(moved) ? 0 : 1;
    }

    assertThat(rejected).isBetween(MUTATIONS / 4, MUTATIONS);
  }

  @Test
  void shouldSurviveAPickleOfValuesOnly() throws IOException {
    byte[] pickle = new byte[8 << 20];
    Arrays.fill(pickle, (byte) '}');

    assertThat(survives(new TorchZipBuilder().zip(pickle))).isFalse();
  }

  @Test
  void shouldSurviveAHeaderOfNamesOnly() throws IOException {
    String name = "\"%s\":{},".formatted("n".repeat(40_000));

    assertThat(survives(TestTensors.safetensors("{" + name.repeat(500), new byte[0])))
        .isFalse();
  }

  /** Returns the index of a byte that is probably part of the structure and not of the weights. */
  private static int structuralByte(Fixtures fixture, Random random, int length) {
    int structure = 3000;
    boolean atTheEnd = fixture.isZip() && random.nextBoolean();
    int position = random.nextInt(structure);
    return Math.min(atTheEnd ? length - 1 - position : position, length - 1);
  }

  private boolean survives(byte[] checkpoint) throws IOException {
    Path file = Files.write(directory.resolve("hostile"), checkpoint);
    try {
      PromptEncoderWeights weights = Checkpoints.read(file.toString());
      assertThat(weights.values(PromptEncoderTensor.POINT_EMBEDDINGS))
          .hasSize(4 * weights.values(PromptEncoderTensor.NOT_A_POINT).length);
      return true;
    } catch (CheckpointException e) {
      assertThat(e.getMessage())
          .startsWith("Checkpoint " + file + ": ")
          .hasSizeLessThan(4000)
          .doesNotContain("\n");
      return false;
    }
  }
}
