package io.promptstream.workbench.fuzz;

import io.promptstream.encoder.ImageSize;
import io.promptstream.encoder.MaskLogits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoublePredicate;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * A mask of the image by its definition in the contract, pixel by pixel, and its logits, which
 * share out every pixel among the logits that it overlaps.
 */
final class PixelMask {
  private static final double MAGNITUDE = 10;
  private static final int MAX_SIDE = 1 << 20;
  private static final int MAX_CROSSINGS = 1 << 20;
  private static final double MAX_COORDINATE = 1 << 30;

  private final int height;
  private final int width;
  private final boolean[][] pixels;

  private PixelMask(int height, int width) {
    this.height = height;
    this.width = width;
    pixels = new boolean[height][width];
  }

  /** Returns the pixels of a mask, or empty if it is not a mask of this image. */
  static Optional<PixelMask> of(GenericRecord mask, @Nullable ImageSize image) {
    int height = image == null ? GoodPrompts.FRAME : image.height();
    int width = image == null ? GoodPrompts.FRAME : image.width();
    if (height > MAX_SIDE || width > MAX_SIDE) {
      return Optional.empty();
    }
    if (mask.getSchema().getName().equals("PolygonMask")) {
      return polygons(height, width, rings(mask));
    }
    if (!mask.get("height").equals(height) || !mask.get("width").equals(width)) {
      return Optional.empty();
    }
    return mask.hasField("bits")
        ? bitmap(height, width, (ByteBuffer) mask.get("bits"))
        : counts(mask.get("counts")).flatMap(counts -> rle(height, width, counts));
  }

  private static Optional<PixelMask> bitmap(int height, int width, ByteBuffer bits) {
    int rowBytes = (width + 7) / 8;
    if (bits.remaining() != (long) height * rowBytes) {
      return Optional.empty();
    }
    PixelMask mask = new PixelMask(height, width);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        mask.pixels[y][x] = (bits.get(y * rowBytes + x / 8) & 0x80 >> x % 8) != 0;
      }
    }
    return Optional.of(mask);
  }

  private static Optional<PixelMask> rle(int height, int width, List<Long> counts) {
    long left = (long) height * width;
    for (long count : counts) {
      if (count < 0 || count > left) {
        return Optional.empty();
      }
      left -= count;
    }
    if (left != 0) {
      return Optional.empty();
    }
    PixelMask mask = new PixelMask(height, width);
    int pixel = 0;
    for (int i = 0; i < counts.size(); i++) {
      for (long run = counts.get(i); run > 0; run--, pixel++) {
        mask.pixels[pixel % height][pixel / height] = i % 2 != 0;
      }
    }
    return Optional.of(mask);
  }

  private static Optional<List<Long>> counts(Object counts) {
    if (counts instanceof List<?> list) {
      return Optional.of(
          list.stream().map(count -> ((Number) count).longValue()).toList());
    }
    return compressed(counts.toString());
  }

  /** Reads COCO's compressed counts: groups of 5 bits with a sign, as differences from i = 3 on. */
  private static Optional<List<Long>> compressed(String text) {
    List<Long> counts = new ArrayList<>();
    long value = 0;
    int shift = 0;
    for (char character : text.toCharArray()) {
      int group = character - '0';
      if (group < 0 || group > 63 || shift > 35) {
        return Optional.empty();
      }
      value += (group & 31L) << shift;
      shift += 5;
      if (group < 32) {
        long signed = group < 16 ? value : value - (1L << shift);
        counts.add(counts.size() > 2 ? signed + counts.get(counts.size() - 2) : signed);
        value = 0;
        shift = 0;
      }
    }
    return shift == 0 ? Optional.of(counts) : Optional.empty();
  }

  private static List<double[]> rings(GenericRecord mask) {
    return ((List<?>) mask.get("rings"))
        .stream()
            .map(ring ->
                ((List<?>) ring).stream().mapToDouble(its -> (Double) its).toArray())
            .toList();
  }

  private static Optional<PixelMask> polygons(int height, int width, List<double[]> rings) {
    long crossings = 0;
    for (double[] ring : rings) {
      if (ring.length < 6 || ring.length % 2 != 0) {
        return Optional.empty();
      }
      for (double coordinate : ring) {
        if (Double.isNaN(coordinate) || Math.abs(coordinate) > MAX_COORDINATE) {
          return Optional.empty();
        }
      }
      for (int y = 0; y < height; y++) {
        crossings += edges(ring, y + 0.5, x -> true);
      }
    }
    if (crossings > MAX_CROSSINGS) {
      return Optional.empty();
    }
    PixelMask mask = new PixelMask(height, width);
    for (double[] ring : rings) {
      mask.add(ring);
    }
    return Optional.of(mask);
  }

  private void add(double[] ring) {
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double center = x + 0.5;
        pixels[y][x] |= edges(ring, y + 0.5, its -> its <= center) % 2 != 0;
      }
    }
  }

  /** Counts the edges that cross a horizontal line where the predicate is true. */
  private static int edges(double[] ring, double y, DoublePredicate where) {
    int edges = 0;
    for (int i = 0; i < ring.length; i += 2) {
      int next = (i + 2) % ring.length;
      double x0 = ring[i];
      double y0 = ring[i + 1];
      double x1 = ring[next];
      double y1 = ring[next + 1];
      if (y0 <= y != y1 <= y && where.test(x0 + (y - y0) / (y1 - y0) * (x1 - x0))) {
        edges++;
      }
    }
    return edges;
  }

  /** Returns the logits of SAM: the longest side is scaled to the frame, the rest is padding. */
  MaskLogits logits() {
    long rowUnits = frame(height);
    long columnUnits = frame(width);
    // In these units, pixels and logits both have whole sizes.
    long logitRows = (long) GoodPrompts.FRAME / Masks.SIDE * height;
    long logitColumns = (long) GoodPrompts.FRAME / Masks.SIDE * width;
    long[][] area = new long[Masks.SIDE][Masks.SIDE];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (pixels[y][x]) {
          for (long i = y * rowUnits / logitRows; i * logitRows < (y + 1) * rowUnits; i++) {
            long rows = overlap(y * rowUnits, rowUnits, i * logitRows, logitRows);
            for (long j = x * columnUnits / logitColumns;
                j * logitColumns < (x + 1) * columnUnits;
                j++) {
              area[(int) i][(int) j] +=
                  rows * overlap(x * columnUnits, columnUnits, j * logitColumns, logitColumns);
            }
          }
        }
      }
    }
    float[] logits = new float[Masks.ELEMENTS];
    for (int i = 0; i < logits.length; i++) {
      double share = (double) area[i / Masks.SIDE][i % Masks.SIDE] / (logitRows * logitColumns);
      logits[i] = (float) (MAGNITUDE * (2 * share - 1));
    }
    return new MaskLogits(Masks.SIDE, Masks.SIDE, logits);
  }

  private long frame(int extent) {
    return (long) (extent * ((double) GoodPrompts.FRAME / Math.max(height, width)) + 0.5);
  }

  private static long overlap(long start, long length, long otherStart, long otherLength) {
    return Math.min(start + length, otherStart + otherLength) - Math.max(start, otherStart);
  }
}
