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
 * Whatever is done to a checkpoint, it either loads or is refused with a
 * {@link CheckpointException}: no other exception, no error, no memory beyond what the tests have.
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
      // A zip keeps its directory at the end and safetensors its sizes at the start, so that no
      // part of either is a whole checkpoint.
      assertThat(survives(Arrays.copyOf(original, length)))
          .as("cut at %d", length)
          .isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldSurviveFlippedBytes(Fixtures fixture) throws IOException {
    byte[] original = fixture.bytes();
    int refused = 0;

    for (int i = 0; i < MUTATIONS; i++) {
      Random random = new Random(i);
      byte[] flipped = original.clone();
      for (int flip = 0; flip <= i % 4; flip++) {
        flipped[structuralByte(fixture, random, original.length)] ^=
            (byte) (1 << random.nextInt(8));
      }
      refused += survives(flipped) ? 0 : 1;
    }

    assertThat(refused).isBetween(MUTATIONS / 4, MUTATIONS);
  }

  @ParameterizedTest
  @EnumSource
  void shouldSurviveHostileLengths(Fixtures fixture) throws IOException {
    byte[] original = fixture.bytes();
    int refused = 0;

    for (int i = 0; i < MUTATIONS; i++) {
      Random random = new Random(i);
      byte[] overwritten = original.clone();
      int place = structuralByte(fixture, random, original.length - Integer.BYTES);
      ByteBuffer.wrap(overwritten)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(place, LENGTHS[i % LENGTHS.length]);
      refused += survives(overwritten) ? 0 : 1;
    }

    assertThat(refused).isBetween(MUTATIONS / 4, MUTATIONS);
  }

  @ParameterizedTest
  @EnumSource
  void shouldSurviveMissingAndRepeatedParts(Fixtures fixture) throws IOException {
    byte[] original = fixture.bytes();
    int refused = 0;

    for (int i = 0; i < MUTATIONS; i++) {
      Random random = new Random(i);
      int from = structuralByte(fixture, random, original.length - 64);
      int to = structuralByte(fixture, random, original.length - 64);
      byte[] moved = original.clone();
      System.arraycopy(original, from, moved, to, random.nextInt(64));
      refused += survives(moved) ? 0 : 1;
    }

    assertThat(refused).isBetween(MUTATIONS / 4, MUTATIONS);
  }

  @Test
  void shouldSurviveAPickleOfNothingButValues() throws IOException {
    byte[] pickle = new byte[8 << 20];
    Arrays.fill(pickle, (byte) '}');

    assertThat(survives(new TorchZipBuilder().zip(pickle))).isFalse();
  }

  @Test
  void shouldSurviveAHeaderOfNothingButNames() throws IOException {
    String name = "\"%s\":{},".formatted("n".repeat(40_000));

    assertThat(survives(TestTensors.safetensors("{" + name.repeat(500), new byte[0])))
        .isFalse();
  }

  /** Prefers the parts of a file that say how to read it over the weights. */
  private static int structuralByte(Fixtures fixture, Random random, int length) {
    int structure = 3000;
    boolean atTheEnd = fixture.isZip() && random.nextBoolean();
    int place = random.nextInt(structure);
    return Math.min(atTheEnd ? length - 1 - place : place, length - 1);
  }

  private boolean survives(byte[] checkpoint) throws IOException {
    Path file = Files.write(directory.resolve("hostile"), checkpoint);
    try {
      PromptEncoderWeights weights = Checkpoints.read(file.toString());
      assertThat(weights.pointEmbeddings().values())
          .hasSize(4 * weights.notAPointEmbed().values().length);
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
