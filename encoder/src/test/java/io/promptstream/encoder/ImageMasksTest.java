package io.promptstream.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.promptstream.encoder.InvalidPromptException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageMasksTest {
  private static final double MAGNITUDE = 10;
  private static final ImageSize SMALL = new ImageSize(4, 6);

  private final ImageMasks masks = new ImageMasks(Profile.SAM, MAGNITUDE);

  static Stream<Profile> profiles() {
    return Profile.all().stream();
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void shouldAverageOverTheAreaOfEachLogitAsTheReference(Profile profile) {
    Random random = new Random(1);
    for (ImageSize size : List.of(
        new ImageSize(37, 53),
        new ImageSize(300, 200),
        new ImageSize(1, 400),
        new ImageSize(1201, 17))) {
      boolean[][] pixels = noise(random, size);

      MaskLogits logits = bitmap(profile, size, pixels);

      double[] expected = reference(profile, size, pixels);
      assertThat(logits.logits()).hasSize(expected.length);
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) logits.logits()[i])
            .as("%s %d", size, i)
            .isCloseTo(expected[i], within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void shouldGiveTheSameLogitsForTheSamePixelsInEachForm(Profile profile) {
    Random random = new Random(2);
    ImageMasks of = new ImageMasks(profile, MAGNITUDE);
    for (int i = 0; i < 20; i++) {
      ImageSize size = new ImageSize(1 + random.nextInt(400), 1 + random.nextInt(400));
      List<List<Double>> rings =
          Stream.generate(() -> ring(random, size)).limit(1 + random.nextInt(4)).toList();
      boolean[][] pixels = inside(rings, size);

      float[] polygons = of.polygons(size, rings).logits();

      List<Integer> counts = counts(pixels, size);
      assertThat(polygons).isEqualTo(bitmap(profile, size, pixels).logits());
      assertThat(of.rle(size, size.height(), size.width(), counts).logits()).isEqualTo(polygons);
      assertThat(of.rle(size, size.height(), size.width(), CocoRle.compressed(counts))
              .logits())
          .isEqualTo(polygons);
    }
  }

  /** An image that fills the frame, and a part of it whose edges are edges of logits. */
  @Test
  void shouldGiveTheMagnitudeInsideAndItsNegativeOutside() {
    float[] logits = masks
        .polygons(null, List.of(List.of(0., 0., 512., 0., 512., 1024., 0., 1024.)))
        .logits();

    for (int i = 0; i < logits.length; i++) {
      assertThat(logits[i]).isEqualTo(i % 256 < 128 ? 10f : -10f);
    }
  }

  /** SAM pads the shorter side; SAM 2 scales it. */
  @Test
  void shouldMapTheImageAsTheFamilyDoes() {
    ImageSize wide = new ImageSize(100, 200);
    List<Integer> all = List.of(0, 100 * 200);

    float[] padded = masks.rle(wide, 100, 200, all).logits();
    float[] scaled =
        new ImageMasks(Profile.SAM2, MAGNITUDE).rle(wide, 100, 200, all).logits();

    for (int i = 0; i < padded.length; i++) {
      assertThat(padded[i]).isEqualTo(i / 256 < 128 ? 10f : -10f);
      assertThat(scaled[i]).isEqualTo(10f);
    }
  }

  /** The example of COCO's {@code maskApi.h}: M=[0 0 1 1 1 0 1] has the counts [2 3 1 1]. */
  @Test
  void shouldReadCountsThatBeginOutsideOfTheObject() {
    ImageSize row = new ImageSize(7, 1);
    boolean[][] pixels = {{false}, {false}, {true}, {true}, {true}, {false}, {true}};

    assertThat(masks.rle(row, 7, 1, List.of(2, 3, 1, 1)).logits())
        .isEqualTo(bitmap(Profile.SAM, row, pixels).logits());
    // 2, 3, 1, and then 1 - 3, each in 5 bits with a sign, from '0' on.
    assertThat(masks.rle(row, 7, 1, "231N").logits())
        .isEqualTo(bitmap(Profile.SAM, row, pixels).logits());
  }

  @Test
  void shouldLeaveOutWhatIsOutsideOfTheImage() {
    assertThat(masks
            .polygons(SMALL, List.of(List.of(-9., -9., 99., -9., 99., 99., -9., 99.)))
            .logits())
        .isEqualTo(masks.rle(SMALL, 4, 6, List.of(0, 24)).logits());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "25|mask.counts[0] is 25, must be from 0 to 24, the pixels that are left",
        "-1|mask.counts[0] is -1, must be from 0 to 24, the pixels that are left",
        "3 2147483647|mask.counts[1] is 2147483647, must be from 0 to 21, the pixels that are left",
        "3 20|mask.counts has 23 pixels, must have 24"
      })
  void shouldRejectCountsThatDoNotCoverTheImage(String counts, String message) {
    List<Integer> list = Stream.of(counts.split(" ")).map(Integer::valueOf).toList();

    assertInvalid(() -> masks.rle(SMALL, 4, 6, list), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"o", "P", "0 ", "é", "0oooooooo0"})
  void shouldRejectWhatIsNotCompressedRle(String counts) {
    assertThatExceptionOfType(InvalidPromptException.class)
        .isThrownBy(() -> masks.rle(SMALL, 4, 6, counts))
        .withMessageStartingWith("mask.counts")
        .matches(e -> e.reason() == Reason.MASK_INVALID);
  }

  /** No more than a few characters are read, and nothing is allocated for the claimed size. */
  @Test
  void shouldRejectAClaimedSizeAtOnce() {
    ImageSize huge = new ImageSize(Integer.MAX_VALUE, 1);

    assertInvalid(
        () -> masks.rle(huge, Integer.MAX_VALUE, 1, List.of(Integer.MAX_VALUE)),
        "image_size.height is 2147483647, at most 1048576 are allowed with a mask of the image");
    assertInvalid(
        () -> masks.rle(SMALL, 4, Integer.MAX_VALUE, List.of()),
        "mask.width is 2147483647, must be 6 as the image's");
    assertInvalid(
        () ->
            masks.bitmap(new ImageSize(1 << 20, 1 << 20), 1 << 20, 1 << 20, ByteBuffer.allocate(1)),
        "mask.bits has 1 bytes, must have 137438953472 for mask.height 1048576 and mask.width"
            + " 1048576");
  }

  @Test
  void shouldTakeTheLargestImage() {
    ImageSize largest = new ImageSize(1 << 20, 1 << 20);
    float[] logits = masks
        .polygons(largest, List.of(List.of(0., 0., 524_288., 0., 524_288., 262_144., 0., 262_144.)))
        .logits();

    assertThat(logits[127]).isEqualTo(10f);
    assertThat(logits[128]).isEqualTo(-10f);
    assertThat(logits[63 * 256]).isEqualTo(10f);
    assertThat(logits[64 * 256]).isEqualTo(-10f);
  }

  @Test
  void shouldRejectIncompleteRings() {
    assertInvalid(
        () -> masks.polygons(
            SMALL, List.of(List.of(1., 2., 3., 4., 5., 6.), List.of(1., 2., 3., 4.))),
        "mask.rings[1] has 4 numbers, must have x and y of at least three vertices");
    assertInvalid(
        () -> masks.polygons(SMALL, List.of(List.of(1., 2., 3., Double.NaN, 5., 6.))),
        "mask.rings[0][3] is NaN, must be within ±1073741824");
    assertInvalid(
        () -> masks.polygons(SMALL, List.of(List.of(1., 2., 3., 4., -1e300, 6.))),
        "mask.rings[0][4] is -1.0E300, must be within ±1073741824");
  }

  @Test
  void shouldRejectMoreCrossingsThanTheLimit() {
    ImageSize tall = new ImageSize(1 << 20, 8);
    List<List<Double>> rings =
        Collections.nCopies(2, List.of(0., 0., 4., 0., 4., 1048576., 0., 1048576.));

    assertInvalid(
        () -> masks.polygons(tall, rings),
        "mask.rings[0] makes the edges of the mask cross 2097152 rows, at most 1048576 are allowed");
  }

  @Test
  void shouldRejectAnImageWithoutPixels() {
    assertThatExceptionOfType(InvalidPromptException.class)
        .isThrownBy(() -> masks.polygons(new ImageSize(0, 5), List.of()))
        .withMessage("image_size.height is 0, must be positive")
        .matches(e -> e.reason() == Reason.IMAGE_SIZE);
  }

  private static void assertInvalid(Supplier<MaskLogits> conversion, String message) {
    assertThatExceptionOfType(InvalidPromptException.class)
        .isThrownBy(conversion::get)
        .withMessage(message)
        .matches(e -> e.reason() == Reason.MASK_INVALID);
  }

  private static MaskLogits bitmap(Profile profile, ImageSize size, boolean[][] pixels) {
    int rowBytes = (size.width() + 7) / 8;
    byte[] bits = new byte[3 + size.height() * rowBytes];
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        if (pixels[y][x]) {
          bits[3 + y * rowBytes + x / 8] |= (byte) (128 >> x % 8);
        }
      }
    }
    ByteBuffer buffer = ByteBuffer.wrap(bits).position(3);
    return new ImageMasks(profile, MAGNITUDE).bitmap(size, size.height(), size.width(), buffer);
  }

  /** Shares out every pixel among all logits that it overlaps, in double arithmetic. */
  private static double[] reference(Profile profile, ImageSize size, boolean[][] pixels) {
    int side = profile.maskInputSize();
    double longest = Math.max(size.height(), size.width());
    boolean padded = profile.frameRule() == FrameRule.LONGEST_SIDE;
    double frame = profile.inputSize();
    double frameHeight = padded ? Math.floor(size.height() * frame / longest + 0.5) : frame;
    double frameWidth = padded ? Math.floor(size.width() * frame / longest + 0.5) : frame;
    double rowScale = frameHeight / size.height() * side / frame;
    double columnScale = frameWidth / size.width() * side / frame;
    double[] area = new double[side * side];
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        if (pixels[y][x]) {
          for (int i = (int) (y * rowScale); i < Math.min(side, (y + 1) * rowScale); i++) {
            for (int j = (int) (x * columnScale); j < Math.min(side, (x + 1) * columnScale); j++) {
              area[i * side + j] += overlap(i, y, rowScale) * overlap(j, x, columnScale);
            }
          }
        }
      }
    }
    return DoubleStream.of(area).map(covered -> MAGNITUDE * (2 * covered - 1)).toArray();
  }

  private static double overlap(int cell, int pixel, double scale) {
    return Math.max(0, Math.min(cell + 1, (pixel + 1) * scale) - Math.max(cell, pixel * scale));
  }

  private static boolean[][] noise(Random random, ImageSize size) {
    boolean[][] pixels = new boolean[size.height()][size.width()];
    for (boolean[] row : pixels) {
      for (int x = 0; x < row.length; x++) {
        row[x] = random.nextBoolean();
      }
    }
    return pixels;
  }

  /** A ring of any shape that may cross itself and leave the image. */
  private static List<Double> ring(Random random, ImageSize size) {
    List<Double> ring = new ArrayList<>();
    int vertices = 3 + random.nextInt(9);
    for (int i = 0; i < vertices; i++) {
      ring.add((random.nextDouble() * 1.4 - 0.2) * size.width());
      ring.add((random.nextDouble() * 1.4 - 0.2) * size.height());
    }
    return ring;
  }

  /** Counts, for every pixel alone, the edges to the left of its center. */
  private static boolean[][] inside(List<List<Double>> rings, ImageSize size) {
    boolean[][] pixels = new boolean[size.height()][size.width()];
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        for (List<Double> ring : rings) {
          pixels[y][x] |= inside(ring, x + 0.5, y + 0.5);
        }
      }
    }
    return pixels;
  }

  private static boolean inside(List<Double> ring, double x, double y) {
    boolean inside = false;
    for (int i = 0; i < ring.size(); i += 2) {
      int next = (i + 2) % ring.size();
      double x0 = ring.get(i);
      double y0 = ring.get(i + 1);
      double x1 = ring.get(next);
      double y1 = ring.get(next + 1);
      if (y0 <= y != y1 <= y && x0 + (y - y0) / (y1 - y0) * (x1 - x0) <= x) {
        inside = !inside;
      }
    }
    return inside;
  }

  private static List<Integer> counts(boolean[][] pixels, ImageSize size) {
    List<Integer> counts = new ArrayList<>();
    boolean value = false;
    int count = 0;
    for (int x = 0; x < size.width(); x++) {
      for (int y = 0; y < size.height(); y++) {
        if (pixels[y][x] != value) {
          counts.add(count);
          count = 0;
          value = !value;
        }
        count++;
      }
    }
    counts.add(count);
    return counts;
  }
}
