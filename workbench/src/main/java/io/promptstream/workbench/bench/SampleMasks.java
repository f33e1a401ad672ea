package io.promptstream.workbench.bench;

import io.promptstream.encoder.Profile;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.RleMask;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Masks in the shape of an ellipse: as logits like those of a prediction, high inside and low
 * outside; as the polygon of an annotation, with 60 vertices that are a little off; and as run
 * lengths.
 */
final class SampleMasks {
  /** Size of the image of polygons and run lengths. */
  static final ImageSize IMAGE = new ImageSize(768, 1024);

  /** Few, to save memory; encoding time does not depend on earlier masks. */
  private static final int COUNT = 16;

  /** SAM's logits are roughly between −20 and 20. */
  private static final double LARGEST_LOGIT = 20;

  private static final int VERTICES = 60;
  private static final double LARGEST_OFFSET = 0.05;

  private final List<LogitsMask> logits;
  private final List<PolygonMask> polygons;
  private final List<RleMask> rles;

  SampleMasks(long seed) {
    int side = Profile.SAM.maskInputSize();
    logits = draw(seed, random -> logits(Ellipse.draw(side, side, random), side));
    polygons = draw(seed, random -> polygon(onImage(random), random));
    rles = draw(seed, random -> rle(onImage(random)));
  }

  List<LogitsMask> logits() {
    return logits;
  }

  List<PolygonMask> polygons() {
    return polygons;
  }

  List<RleMask> rles() {
    return rles;
  }

  private static <T> List<T> draw(long seed, Function<SplittableRandom, T> mask) {
    SplittableRandom random = new SplittableRandom(seed);
    return Stream.generate(() -> mask.apply(random)).limit(COUNT).toList();
  }

  private static Ellipse onImage(SplittableRandom random) {
    return Ellipse.draw(IMAGE.getWidth(), IMAGE.getHeight(), random);
  }

  private record Ellipse(double centreX, double centreY, double radiusX, double radiusY) {
    static Ellipse draw(int width, int height, SplittableRandom random) {
      return new Ellipse(
          width * random.nextDouble(0.2, 0.8),
          height * random.nextDouble(0.2, 0.8),
          width * random.nextDouble(0.05, 0.4),
          height * random.nextDouble(0.05, 0.4));
    }
  }

  private static LogitsMask logits(Ellipse ellipse, int side) {
    ByteBuffer logits =
        ByteBuffer.allocate(side * side * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double distance = Math.hypot(
            (x - ellipse.centreX) / ellipse.radiusX, (y - ellipse.centreY) / ellipse.radiusY);
        logits.putFloat((float) (LARGEST_LOGIT * Math.max(-1, 1 - distance)));
      }
    }
    return new LogitsMask(DataType.FLOAT32, side, side, logits.flip());
  }

  private static PolygonMask polygon(Ellipse ellipse, SplittableRandom random) {
    List<Double> ring = new ArrayList<>(2 * VERTICES);
    for (int i = 0; i < VERTICES; i++) {
      double angle = 2 * Math.PI * i / VERTICES;
      double factor = 1 + random.nextDouble(-LARGEST_OFFSET, LARGEST_OFFSET);
      double x = ellipse.centreX + ellipse.radiusX * factor * Math.cos(angle);
      double y = ellipse.centreY + ellipse.radiusY * factor * Math.sin(angle);
      ring.add(Math.max(0, Math.min(IMAGE.getWidth(), x)));
      ring.add(Math.max(0, Math.min(IMAGE.getHeight(), y)));
    }
    return new PolygonMask(List.of(ring));
  }

  private static RleMask rle(Ellipse ellipse) {
    int height = IMAGE.getHeight();
    List<Integer> counts = new ArrayList<>();
    int end = 0;
    for (int x = 0; x < IMAGE.getWidth(); x++) {
      double across = (x + 0.5 - ellipse.centreX) / ellipse.radiusX;
      double half = ellipse.radiusY * Math.sqrt(Math.max(0, 1 - across * across));
      int first = (int) Math.round(Math.max(0, ellipse.centreY - half));
      int last = (int) Math.round(Math.min(height, ellipse.centreY + half));
      if (last > first) {
        counts.add(x * height + first - end);
        counts.add(last - first);
        end = x * height + last;
      }
    }
    counts.add(IMAGE.getWidth() * height - end);
    return new RleMask(height, IMAGE.getWidth(), counts);
  }
}
