package io.promptstream.intake;

import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.RleMask;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Decodes the run lengths of Label Studio's brush: the RGBA values of all pixels, row by row from
 * the top. A pixel belongs to the mask if its alpha is not zero.
 *
 * <p>The format is that of <a
 * href="https://github.com/thi-ng/umbrella/tree/develop/packages/rle-pack">rle-pack</a>, which
 * {@code label_studio_converter/brush.py} decodes too: a stream of bits, the most significant
 * first, with the number of values (32 bits), the bits of a value less 1 (5), and four widths of a
 * length less 1 (4 each); then runs. A run has a bit, the number of its width (2), its length less
 * 1, and one value if the bit is set, otherwise as many values as it is long.
 */
final class BrushRle {
  private static final int CHANNELS = 4;

  /** Bits of a run of {@link #LONGEST_RUN} values: no shorter data has as many values. */
  private static final int LONGEST_RUN_BITS = 1 + 2 + 16 + 1;

  private static final int LONGEST_RUN = 1 << 16;

  /** Bounds the memory of a mask that repeats one value. */
  private static final int MOST_PIXELS = 1 << 27;

  /** Bounds the memory of a mask of horizontal lines: its runs by column are short. */
  private static final int MOST_COUNTS = 1 << 20;

  private final JsonField field;
  private final ImageSize size;
  private final byte[] bytes;
  private long bit;

  private BrushRle(JsonField field, ImageSize size) {
    this.field = field;
    this.size = size;
    bytes = field.bytes();
  }

  /**
   * Decodes a mask.
   *
   * @param rle an array of bytes
   * @param size of the image, in pixels
   */
  static RleMask decode(JsonField rle, ImageSize size) {
    BrushRle brush = new BrushRle(rle, size);
    return new RleMask(size.getHeight(), size.getWidth(), brush.counts(brush.pixels()));
  }

  /** Returns the pixels of the mask, column by column. */
  private BitSet pixels() {
    long values = read(Integer.SIZE);
    long pixels = (long) size.getHeight() * size.getWidth();
    if (pixels > MOST_PIXELS || values != CHANNELS * pixels) {
      throw field.unsupported(
          "it has %d values, must have %d for each of %d pixels, at most %d pixels"
              .formatted(values, CHANNELS, pixels, MOST_PIXELS));
    }
    if (values / LONGEST_RUN > (long) bytes.length * Byte.SIZE / LONGEST_RUN_BITS) {
      throw ended();
    }
    int valueBits = (int) read(5) + 1;
    int[] lengthBits = new int[4];
    for (int i = 0; i < lengthBits.length; i++) {
      lengthBits[i] = (int) read(4) + 1;
    }
    BitSet mask = new BitSet();
    long start = 0;
    while (start < values) {
      boolean repeats = read(1) != 0;
      long end = start + read(lengthBits[(int) read(2)]) + 1;
      if (end > values) {
        throw field.unsupported("a run goes beyond the %d values".formatted(values));
      }
      while (start < end) {
        long next = repeats ? end : start + 1;
        if (read(valueBits) != 0) {
          fill(mask, start, next);
        }
        start = next;
      }
    }
    return mask;
  }

  /** Adds the pixels whose last value, alpha, is in a range of values. */
  private void fill(BitSet mask, long start, long end) {
    for (int pixel = (int) (start / CHANNELS); pixel < end / CHANNELS; pixel++) {
      mask.set(pixel % size.getWidth() * size.getHeight() + pixel / size.getWidth());
    }
  }

  private List<Integer> counts(BitSet mask) {
    int pixels = size.getHeight() * size.getWidth();
    List<Integer> counts = new ArrayList<>();
    int start = 0;
    boolean inside = false;
    while (start < pixels) {
      int end = inside ? mask.nextClearBit(start) : mask.nextSetBit(start);
      end = end < 0 ? pixels : end;
      if (counts.size() == MOST_COUNTS) {
        throw field.unsupported("it has more than %d runs by column".formatted(MOST_COUNTS));
      }
      counts.add(end - start);
      start = end;
      inside = !inside;
    }
    return counts;
  }

  /** Reads an unsigned number of up to 32 bits. */
  private long read(int bits) {
    if (bit + bits > (long) bytes.length * Byte.SIZE) {
      throw ended();
    }
    long number = 0;
    for (long end = bit + bits; bit < end; bit++) {
      int shift = Byte.SIZE - 1 - (int) (bit % Byte.SIZE);
      number = number << 1 | (bytes[(int) (bit / Byte.SIZE)] >> shift & 1);
    }
    return number;
  }

  private IntakeException ended() {
    return field.unsupported("it ends within its runs");
  }
}
