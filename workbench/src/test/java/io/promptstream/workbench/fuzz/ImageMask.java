package io.promptstream.workbench.fuzz;

import io.promptstream.encoder.CocoRle;
import io.promptstream.schemas.BitmapMask;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.RleMask;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Generates masks of an image in all forms. */
final class ImageMask {
  private static final int MAX_RUNS = 300;
  private static final int MAX_RINGS = 3;
  private static final int MAX_VERTICES = 9;

  private ImageMask() {}

  static Object valid(EventRandom draw, ImageSize size) {
    int height = size.getHeight();
    int width = size.getWidth();
    return switch (draw.below(4)) {
      case 0 -> new RleMask(height, width, counts(draw, height * width));
      case 1 -> new RleMask(height, width, CocoRle.compressed(counts(draw, height * width)));
      case 2 ->
        new PolygonMask(Stream.generate(() -> ring(draw, size))
            .limit(draw.below(MAX_RINGS + 1))
            .toList());
      default ->
        new BitmapMask(height, width, ByteBuffer.wrap(draw.bytes((width + 7) / 8 * height)));
    };
  }

  private static List<Integer> counts(EventRandom draw, int pixels) {
    List<Integer> counts = new ArrayList<>();
    int left = pixels;
    for (int runs = draw.below(MAX_RUNS); runs > 0; runs--) {
      int count = draw.below(left / runs + 1);
      counts.add(count);
      left -= count;
    }
    counts.add(left);
    return counts;
  }

  /** A ring that may cross itself and leave the image. */
  private static List<Double> ring(EventRandom draw, ImageSize size) {
    List<Double> ring = new ArrayList<>();
    for (int vertices = 3 + draw.below(MAX_VERTICES - 2); vertices > 0; vertices--) {
      ring.add(draw.upTo(1.4 * size.getWidth()) - 0.2 * size.getWidth());
      ring.add(draw.upTo(1.4 * size.getHeight()) - 0.2 * size.getHeight());
    }
    return ring;
  }
}
