package io.promptstream.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.management.ThreadMXBean;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.RleMask;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class BrushRleTest {
  private static final int[] LENGTH_BITS = {3, 4, 8, 16};

  private final Random random = new Random(1);
  private final StringBuilder bits = new StringBuilder();

  private void put(long value, int width) {
    for (int i = width - 1; i >= 0; i--) {
      bits.append(value >> i & 1);
    }
  }

  private void header(long values, int valueBits) {
    bits.setLength(0);
    put(values, 32);
    put(valueBits - 1, 5);
    for (int width : LENGTH_BITS) {
      put(width - 1, 4);
    }
  }

  private RleMask decode(int height, int width) {
    ArrayNode bytes = Golden.JSON.createArrayNode();
    while (bits.length() % 8 != 0) {
      bits.append('0');
    }
    for (int i = 0; i < bits.length(); i += 8) {
      bytes.add(Integer.parseInt(bits.substring(i, i + 8), 2));
    }
    return BrushRle.decode(JsonField.at("/rle", bytes), new ImageSize(height, width));
  }

  /** Runs of every width, and values of any size, do not begin or end with a pixel. */
  @Test
  void shouldReadTheAlphaOfEachPixelFromAnyRuns() {
    for (int i = 0; i < 200; i++) {
      ImageSize size = new ImageSize(1 + random.nextInt(300), 1 + random.nextInt(60));
      int pixels = size.getHeight() * size.getWidth();
      int valueBits = 1 + random.nextInt(32);
      header(4L * pixels, valueBits);
      List<Boolean> values = new ArrayList<>();
      while (values.size() < 4 * pixels) {
        addRun(values, 4 * pixels, valueBits);
      }

      assertThat(decode(size.getHeight(), size.getWidth()).getCounts())
          .isEqualTo(counts(values, size));
    }
  }

  /** Adds a run to the bits, and to the list whether each of its values is not zero. */
  private void addRun(List<Boolean> values, int size, int valueBits) {
    int width = random.nextInt(4);
    int length = 1 + random.nextInt(Math.min(1 << LENGTH_BITS[width], size - values.size()));
    boolean repeats = random.nextInt(3) > 0;
    put(repeats ? 1 : 0, 1);
    put(width, 2);
    put(length - 1, LENGTH_BITS[width]);
    long value = 0;
    for (int i = 0; i < length; i++) {
      if (i == 0 || !repeats) {
        value = random.nextBoolean() ? 0 : 1L << random.nextInt(valueBits);
        put(value, valueBits);
      }
      values.add(value != 0);
    }
  }

  private static List<Integer> counts(List<Boolean> values, ImageSize size) {
    List<Integer> counts = new ArrayList<>();
    boolean inside = false;
    int count = 0;
    for (int x = 0; x < size.getWidth(); x++) {
      for (int y = 0; y < size.getHeight(); y++) {
        if (values.get(4 * (y * size.getWidth() + x) + 3) != inside) {
          counts.add(count);
          count = 0;
          inside = !inside;
        }
        count++;
      }
    }
    counts.add(count);
    return counts;
  }

  @Test
  void shouldRefuseAnotherNumberOfValuesThanTheImageHas() {
    header(4 * 5 * 6 + 1, 8);

    assertRefused(
        () -> decode(5, 6),
        "it has 121 values, must have 4 for each of 30 pixels, at most 134217728 pixels");
    assertRefused(
        () -> decode(Integer.MAX_VALUE, Integer.MAX_VALUE),
        "it has 121 values, must have 4 for each of 4611686014132420609 pixels,"
            + " at most 134217728 pixels");
  }

  /** The first run has a pixel, and the mask would be of 16 MiB. */
  @Test
  void shouldRefuseAClaimedSizeBeforeItAllocatesTheMask() {
    header(4L << 27, 8);
    put(0b1_11, 3);
    put(0xffff, 16);
    put(0xff, 8);

    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertRefused(() -> decode(1 << 9, 1 << 18), "it ends within its runs"); // loads all classes
    long before = threads.getCurrentThreadAllocatedBytes();
    assertRefused(() -> decode(1 << 17, 1 << 10), "it ends within its runs");
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1L << 20);
  }

  @Test
  void shouldRefuseARunBeyondTheImage() {
    header(4, 8);
    put(0b1_00, 3);
    put(4, 3);
    put(0xff, 8);

    assertRefused(() -> decode(1, 1), "a run goes beyond the 4 values");
  }

  @Test
  void shouldRefuseAMaskThatEndsBeforeItsLastValue() {
    header(12, 8);
    put(0b1_00, 3);
    put(7, 3);
    put(0xff, 8);

    assertRefused(() -> decode(1, 3), "it ends within its runs");
  }

  /** Lines are few runs by row and very many by column. */
  @Test
  void shouldRefuseAMaskOfVeryManyRunsByColumn() {
    int side = 1 << 11;
    header(4L * side * side, 1);
    for (int row = 0; row < side; row++) {
      put(0b1_11, 3);
      put(4L * side - 1, 16);
      put(row % 2, 1);
    }

    assertRefused(() -> decode(side, side), "it has more than 1048576 runs by column");
  }

  private static void assertRefused(ThrowingCallable decoding, String why) {
    assertThatThrownBy(decoding)
        .isInstanceOf(IntakeException.class)
        .hasMessageStartingWith("/rle is ")
        .hasMessageEndingWith(": " + why);
  }
}
