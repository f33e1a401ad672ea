package io.promptstream.encoder;

import static io.promptstream.encoder.InvalidPromptException.Reason.MASK_INVALID;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns masks of the image into the mask logits of a model: maps them to the model frame as the
 * model's images are, averages them over the area of each logit, and scales the average from 0 to 1
 * to {@code -magnitude} to {@code magnitude}. The same pixels give the same logits in each form.
 *
 * <p>Memory and time depend on the size of the mask's data, not on the size that it claims.
 */
public final class ImageMasks {
  /** The largest height and width of an image, in pixels. */
  public static final int MAX_SIDE = MaskGrid.MAX_SIDE;

  /** The largest number of rows that the edges of all rings of a mask may cross, in total. */
  public static final int MAX_CROSSINGS = 1 << 20;

  /** Beyond it, the coordinates of a crossing could overflow. */
  private static final double MAX_COORDINATE = 1 << 30;

  /** Bits of a column, up to and including {@link #MAX_SIDE}. */
  private static final int COLUMN_BITS = 21;

  private static final int COLUMN_MASK = (1 << COLUMN_BITS) - 1;

  private final Profile profile;
  private final double magnitude;

  /**
   * Creates a converter.
   *
   * @param profile the model family, which decides on frame and size of the logits
   * @param magnitude the logit of a cell that is wholly on the object; positive
   */
  public ImageMasks(Profile profile, double magnitude) {
    this.profile = profile;
    this.magnitude = magnitude;
  }

  /**
   * Converts COCO's uncompressed run lengths.
   *
   * @param image size of the image, or null if it is the model frame
   * @param height rows of the mask, as the image's
   * @param width columns of the mask, as the image's
   * @param counts pixels of each run, column-major, outside of the object first
   * @return [mask input size, mask input size]
   * @throws InvalidPromptException if a size differs from the image's, or the runs do not cover it
   */
  public MaskLogits rle(@Nullable ImageSize image, int height, int width, List<Integer> counts) {
    Runs runs = new Runs(grid(image, height, width), height, width);
    for (int i = 0; i < counts.size(); i++) {
      runs.add(i, counts.get(i));
    }
    return runs.finish();
  }

  /**
   * Converts COCO's compressed run lengths: {@code rleFrString} of {@code pycocotools}. Each number
   * has 5 bits a character, the lowest first; from the fourth on it is the difference to the number
   * two before it.
   *
   * @see #rle(ImageSize, int, int, List)
   */
  public MaskLogits rle(@Nullable ImageSize image, int height, int width, String counts) {
    Runs runs = new Runs(grid(image, height, width), height, width);
    long[] previous = new long[2];
    int at = 0;
    for (int i = 0; at < counts.length(); i++) {
      long value = 0;
      int shift = 0;
      int bits;
      do {
        bits = at < counts.length() ? counts.charAt(at) - '0' : -1;
        if (bits < 0 || bits > 63 || shift > 35) {
          throw invalid("mask.counts is not COCO's compressed RLE at character %d".formatted(at));
        }
        value |= (bits & 31L) << shift;
        shift += 5;
        at++;
      } while ((bits & 32) != 0);
      if ((bits & 16) != 0) {
        value |= -1L << shift;
      }
      if (i > 2) {
        value += previous[i % 2];
      }
      previous[i % 2] = value;
      runs.add(i, value);
    }
    return runs.finish();
  }

  /**
   * Converts one bit a pixel.
   *
   * @param image size of the image, or null if it is the model frame
   * @param height rows of the mask, as the image's
   * @param width columns of the mask, as the image's
   * @param bits rows from the top, each of {@code (width + 7) / 8} bytes; the most significant bit
   *     is the leftmost pixel. Its position does not change.
   * @return [mask input size, mask input size]
   * @throws InvalidPromptException if a size differs from the image's, or from that of the bits
   */
  public MaskLogits bitmap(@Nullable ImageSize image, int height, int width, ByteBuffer bits) {
    MaskGrid grid = grid(image, height, width);
    int rowBytes = (width + 7) / 8;
    if (bits.remaining() != (long) rowBytes * height) {
      throw invalid("mask.bits has %d bytes, must have %d for mask.height %d and mask.width %d"
          .formatted(bits.remaining(), (long) rowBytes * height, height, width));
    }
    for (int row = 0; row < height; row++) {
      int base = bits.position() + row * rowBytes;
      int begin = -1;
      for (int column = 0; column <= width; column++) {
        boolean on = column < width && (bits.get(base + column / 8) >> (7 - column % 8) & 1) != 0;
        if (on && begin < 0) {
          begin = column;
        } else if (!on && begin >= 0) {
          grid.fill(row, begin, row + 1, column);
          begin = -1;
        }
      }
    }
    return grid.logits(magnitude);
  }

  /**
   * Converts polygons: a pixel belongs to the mask if its center is inside of a ring by the
   * even-odd rule. Parts of a ring outside of the image have no effect.
   *
   * @param image size of the image, or null if it is the model frame
   * @param rings each as x0, y0, x1, y1, …, in pixels, with at least three vertices
   * @return [mask input size, mask input size]
   * @throws InvalidPromptException if a ring is incomplete, a coordinate is not finite, or the
   *     rings have more than {@value #MAX_CROSSINGS} crossings
   */
  public MaskLogits polygons(@Nullable ImageSize image, List<List<Double>> rings) {
    int frame = profile.inputSize();
    int height = image == null ? frame : image.height();
    int width = image == null ? frame : image.width();
    MaskGrid grid = grid(image, height, width);
    long crossings = 0;
    for (int i = 0; i < rings.size(); i++) {
      check(rings.get(i), i);
      crossings += crossings(rings.get(i), height);
      if (crossings > MAX_CROSSINGS) {
        throw invalid(
            "mask.rings[%d] makes the edges of the mask cross %d rows, at most %d are allowed"
                .formatted(i, crossings, MAX_CROSSINGS));
      }
    }
    long[] spans = new long[(int) crossings / 2];
    int count = 0;
    for (List<Double> ring : rings) {
      count = addSpans(ring, height, width, spans, count);
    }
    Arrays.sort(spans, 0, count);
    fillUnion(grid, spans, count);
    return grid.logits(magnitude);
  }

  private static void check(List<Double> ring, int index) {
    if (ring.size() < 6 || ring.size() % 2 != 0) {
      throw invalid("mask.rings[%d] has %d numbers, must have x and y of at least three vertices"
          .formatted(index, ring.size()));
    }
    for (int i = 0; i < ring.size(); i++) {
      // False for NaN, too.
      if (!(Math.abs(ring.get(i)) <= MAX_COORDINATE)) {
        throw invalid("mask.rings[%d][%d] is %s, must be within ±%.0f"
            .formatted(index, i, ring.get(i), MAX_COORDINATE));
      }
    }
  }

  /** Counts the rows whose centers the edges cross. */
  private static long crossings(List<Double> ring, int height) {
    long crossings = 0;
    double y0 = ring.get(ring.size() - 1);
    for (int i = 1; i < ring.size(); i += 2) {
      double y1 = ring.get(i);
      crossings += firstCenter(Math.max(y0, y1), height) - firstCenter(Math.min(y0, y1), height);
      y0 = y1;
    }
    return crossings;
  }

  /** Adds the spans of a ring, each as one number: row, first column, last column (exclusive). */
  private static int addSpans(
      List<Double> ring, int height, int width, long[] spans, int firstSpan) {
    long[] crossings = new long[(int) crossings(ring, height)];
    int count = 0;
    double x0 = ring.get(ring.size() - 2);
    double y0 = ring.get(ring.size() - 1);
    for (int i = 0; i < ring.size(); i += 2) {
      double x1 = ring.get(i);
      double y1 = ring.get(i + 1);
      int last = firstCenter(Math.max(y0, y1), height);
      for (int row = firstCenter(Math.min(y0, y1), height); row < last; row++) {
        double x = x0 + (row + 0.5 - y0) / (y1 - y0) * (x1 - x0);
        crossings[count++] = (long) row << COLUMN_BITS | firstCenter(x, width);
      }
      x0 = x1;
      y0 = y1;
    }
    Arrays.sort(crossings);
    int span = firstSpan;
    // A closed ring crosses each row an even number of times.
    for (int i = 0; i < count; i += 2) {
      spans[span++] = crossings[i] << COLUMN_BITS | (crossings[i + 1] & COLUMN_MASK);
    }
    return span;
  }

  /** Returns the first pixel whose center is not before the coordinate. */
  private static int firstCenter(double coordinate, int extent) {
    return (int) Math.min(Math.max(Math.ceil(coordinate - 0.5), 0), extent);
  }

  private static void fillUnion(MaskGrid grid, long[] spans, int count) {
    int i = 0;
    while (i < count) {
      long rowAndBegin = spans[i] >> COLUMN_BITS;
      int end = (int) spans[i] & COLUMN_MASK;
      i++;
      while (i < count
          && spans[i] >> (2 * COLUMN_BITS) == rowAndBegin >> COLUMN_BITS
          && (spans[i] >> COLUMN_BITS & COLUMN_MASK) <= end) {
        end = Math.max(end, (int) spans[i] & COLUMN_MASK);
        i++;
      }
      int row = (int) (rowAndBegin >> COLUMN_BITS);
      grid.fill(row, (int) rowAndBegin & COLUMN_MASK, row + 1, end);
    }
  }

  /** Checks the sizes before anything is allocated. */
  private MaskGrid grid(@Nullable ImageSize image, int height, int width) {
    int frame = profile.inputSize();
    ImageSize size = image == null ? new ImageSize(frame, frame) : image;
    PromptFramer.requirePixels(size);
    requireSide("height", height, size.height());
    requireSide("width", width, size.width());
    return new MaskGrid(height, width, profile);
  }

  private static void requireSide(String side, int ofMask, int ofImage) {
    if (ofImage > MAX_SIDE) {
      throw invalid("image_size.%s is %d, at most %d are allowed with a mask of the image"
          .formatted(side, ofImage, MAX_SIDE));
    }
    if (ofMask != ofImage) {
      throw invalid("mask.%s is %d, must be %d as the image's".formatted(side, ofMask, ofImage));
    }
  }

  private static InvalidPromptException invalid(String message) {
    return new InvalidPromptException(MASK_INVALID, message);
  }

  /** Fills a grid from runs in column-major order. */
  private final class Runs {
    private final MaskGrid grid;
    private final int height;
    private final long pixels;
    private long position;

    Runs(MaskGrid grid, int height, int width) {
      this.grid = grid;
      this.height = height;
      pixels = (long) height * width;
    }

    void add(int index, long count) {
      if (count < 0 || count > pixels - position) {
        throw invalid("mask.counts[%d] is %d, must be from 0 to %d, the pixels that are left"
            .formatted(index, count, pixels - position));
      }
      if (index % 2 != 0 && count > 0) {
        fill(position, position + count);
      }
      position += count;
    }

    /** Fills whole columns at once: a run has at most three rectangles. */
    private void fill(long begin, long end) {
      int column = (int) (begin / height);
      int row = (int) (begin % height);
      int lastColumn = (int) (end / height);
      int lastRow = (int) (end % height);
      if (column == lastColumn) {
        grid.fill(row, column, lastRow, column + 1);
        return;
      }
      grid.fill(row, column, height, column + 1);
      grid.fill(0, column + 1, height, lastColumn);
      grid.fill(0, lastColumn, lastRow, lastColumn + 1);
    }

    MaskLogits finish() {
      if (position != pixels) {
        throw invalid("mask.counts has %d pixels, must have %d".formatted(position, pixels));
      }
      return grid.logits(magnitude);
    }
  }
}
