package io.promptstream.workbench.fuzz;

import io.promptstream.schemas.BitmapMask;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.RleMask;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Generates events that are valid Avro but not valid prompts. */
final class BadPrompts {
  private static final int MAX_EXCESS_POINTS = 4_000;
  private static final int TOO_LONG_ID = 900_000;

  /** Infinities, and NaNs with different bits. */
  private static final List<Double> NOT_FINITE = List.of(
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.longBitsToDouble(0x7ff0_0000_0000_0001L),
      Double.longBitsToDouble(0xffff_ffff_ffff_ffffL));

  private static final List<Integer> NO_PIXELS = List.of(0, -1, -640, Integer.MIN_VALUE);

  private static final List<Integer> WRONG_SIDES =
      List.of(0, -1, -256, 1, 64, 255, 257, 1024, Integer.MAX_VALUE, Integer.MIN_VALUE);

  private static final List<String> UNKNOWN_MODELS = List.of(
      "",
      "DEFAULT",
      "default ",
      "../default",
      "null",
      EventRandom.MARKER,
      EventRandom.MARKER.repeat(5_000));

  private BadPrompts() {}

  static byte[] notFinite(EventRandom draw) {
    return changed(draw, GoodPrompts.any(draw), draw.oneOf(NOT_FINITE));
  }

  static byte[] outOfImage(EventRandom draw) {
    PromptEvent event = GoodPrompts.any(draw);
    ImageSize size = event.getImageSize();
    double beyond = Math.nextUp((double) Math.max(size.getHeight(), size.getWidth()));
    return changed(
        draw,
        event,
        draw.oneOf(List.of(
            -Double.MIN_VALUE, -1e-38, -1.0, beyond, 1e9, 1e308, Double.MAX_VALUE, -1e308)));
  }

  /** Returns the event with one coordinate of a point or of the box replaced. */
  private static byte[] changed(EventRandom draw, PromptEvent event, double value) {
    if (draw.oneIn(2)) {
      List<Point> points = new ArrayList<>(event.getPoints());
      int at = draw.below(points.size());
      Point old = points.get(at);
      points.set(
          at,
          draw.oneIn(2)
              ? new Point(value, old.getY(), old.getLabel())
              : new Point(old.getX(), value, old.getLabel()));
      return GoodPrompts.write(
          draw, PromptEvent.newBuilder(event).setPoints(points).build());
    }
    Box old = event.getBox();
    double[] sides = {old.getXMin(), old.getYMin(), old.getXMax(), old.getYMax()};
    sides[draw.below(sides.length)] = value;
    Box box = new Box(sides[0], sides[1], sides[2], sides[3]);
    return GoodPrompts.write(draw, PromptEvent.newBuilder(event).setBox(box).build());
  }

  static byte[] upsideDown(EventRandom draw) {
    ImageSize size = GoodPrompts.size();
    double x = 1 + draw.upTo(size.getWidth() - 1);
    double y = 1 + draw.upTo(size.getHeight() - 1);
    Box box = draw.oneIn(2)
        ? new Box(x, 0.0, Math.nextDown(x), y)
        : new Box(0.0, y, x, draw.oneIn(2) ? 0.0 : Math.nextDown(y));
    return GoodPrompts.write(draw, GoodPrompts.builder(draw).setBox(box).build());
  }

  static byte[] imageSize(EventRandom draw) {
    int bad = draw.oneOf(NO_PIXELS);
    int other = draw.oneIn(3) ? draw.oneOf(NO_PIXELS) : Integer.MAX_VALUE;
    ImageSize size = draw.oneIn(2) ? new ImageSize(bad, other) : new ImageSize(other, bad);
    PromptEvent event = draw.oneIn(4)
        ? GoodPrompts.builder(draw).build()
        : PromptEvent.newBuilder(GoodPrompts.any(draw)).build();
    return GoodPrompts.write(
        draw, PromptEvent.newBuilder(event).setImageSize(size).build());
  }

  static byte[] tooManyPoints(EventRandom draw) {
    int count = GoodPrompts.MAX_POINTS + 1 + (draw.oneIn(2) ? 0 : draw.below(MAX_EXCESS_POINTS));
    List<Point> points = GoodPrompts.points(draw, GoodPrompts.size(), count);
    return GoodPrompts.write(draw, GoodPrompts.builder(draw).setPoints(points).build());
  }

  /** A value that may be good or bad: the fault is in the envelope. */
  static byte[] any(EventRandom draw) {
    return switch (draw.below(3)) {
      case 0 -> GoodPrompts.clicks(draw);
      case 1 -> outOfImage(draw);
      default -> draw.bytes(draw.below(100));
    };
  }

  static byte[] unknownModel(EventRandom draw) {
    PromptEvent event = GoodPrompts.any(draw);
    return GoodPrompts.write(
        draw, PromptEvent.newBuilder(event).setModel(draw.oneOf(UNKNOWN_MODELS)).build());
  }

  /** The default symbol of an enum, which no one writes. */
  static byte[] defaultSymbol(EventRandom draw) {
    PromptEvent event = GoodPrompts.any(draw);
    if (draw.oneIn(2)) {
      return GoodPrompts.masked(draw, Masks.mask(DataType.UNKNOWN, draw.bytes(draw.below(100))));
    }
    List<Point> points = new ArrayList<>(event.getPoints());
    points.add(new Point(0.0, 0.0, PointLabel.UNKNOWN));
    return GoodPrompts.write(
        draw, PromptEvent.newBuilder(event).setPoints(points).build());
  }

  /** A mask of the image with another size, too few or too many pixels, or invalid rings. */
  static byte[] maskInvalid(EventRandom draw) {
    int height = draw.oneIn(2) ? 480 : draw.oneOf(WRONG_SIDES);
    int width = draw.oneIn(2) ? 640 : draw.oneOf(WRONG_SIDES);
    Object mask = switch (draw.below(6)) {
      case 0 -> new RleMask(height, width, "13");
      case 1 -> new RleMask(height, width, List.of(draw.oneOf(WRONG_SIDES), height, width));
      case 2 ->
        new PolygonMask(
            List.of(List.of(draw.oneOf(NOT_FINITE), draw.upTo(640), draw.upTo(480)), List.of()));
      case 3 -> new RleMask(480, 640, List.of(draw.below(1_000), 480 * 640 - draw.below(2)));
      case 4 -> zigzag(draw);
      default -> new BitmapMask(height, width, ByteBuffer.wrap(draw.bytes(draw.below(1_000))));
    };
    return GoodPrompts.masked(draw, mask);
  }

  /** A ring whose edges cross 480 rows each. */
  private static PolygonMask zigzag(EventRandom draw) {
    List<Double> ring = new ArrayList<>();
    for (int edges = 0; edges < (1 << 20) / 480 + 2; edges++) {
      ring.add(draw.upTo(640));
      ring.add(edges % 2 == 0 ? 0.0 : 480.0);
    }
    return new PolygonMask(List.of(ring));
  }

  /** A size that no model accepts, with matching data if it is small, or else with any data. */
  static byte[] maskSize(EventRandom draw) {
    DataType type = draw.oneOf(Masks.TYPES);
    int height = draw.oneOf(WRONG_SIDES);
    int width = draw.oneIn(2) ? height : draw.oneOf(WRONG_SIDES);
    long elements = (long) height * width;
    boolean few = elements >= 0 && elements <= 64 * 64;
    int bytes = few && !draw.oneIn(4) ? (int) elements * Masks.bytes(type) : draw.below(100);
    return GoodPrompts.masked(
        draw, new LogitsMask(type, height, width, ByteBuffer.allocate(bytes)));
  }

  /** The right size, but the wrong number of bytes. */
  static byte[] maskBytes(EventRandom draw) {
    DataType type = draw.oneOf(Masks.TYPES);
    int right = Masks.ELEMENTS * Masks.bytes(type);
    int bytes = draw.oneIn(10)
        ? right + draw.oneOf(List.of(-1, 1, -Masks.bytes(type), Masks.bytes(type), right))
        : draw.below(1_000);
    return GoodPrompts.masked(draw, Masks.mask(type, new byte[bytes]));
  }

  static byte[] maskNotFinite(EventRandom draw) {
    DataType type = draw.oneOf(Masks.TYPES);
    int exponent = switch (type) {
      case FLOAT32 -> 0x7f80_0000;
      case FLOAT16 -> 0x7c00;
      case BFLOAT16 -> 0x7f80;
      case UNKNOWN -> throw new IllegalArgumentException();
    };
    byte[] logits = Masks.logits(draw, type);
    int sign = draw.oneIn(2) ? 0 : 1 << (Masks.bytes(type) * Byte.SIZE - 1);
    int fraction = draw.oneIn(2) ? 0 : 1;
    Masks.set(logits, type, draw.below(Masks.ELEMENTS), sign | exponent | fraction);
    return GoodPrompts.masked(draw, Masks.mask(type, logits));
  }

  /** Finite logits that are larger than any network's. */
  static byte[] maskHuge(EventRandom draw) {
    DataType type = draw.oneIn(2) ? DataType.FLOAT32 : DataType.BFLOAT16;
    byte[] logits = Masks.logits(draw, type);
    float huge = (float) Math.pow(10, draw.random().nextDouble(0, 38.5));
    int bits = Float.floatToRawIntBits(Math.min(huge, 3.38e38f));
    for (int i = 1 + draw.below(1_000); i > 0; i--) {
      int sign = draw.below(2) << 31;
      int all = bits | sign;
      Masks.set(
          logits,
          type,
          draw.below(Masks.ELEMENTS),
          type == DataType.FLOAT32 ? all : all >>> Short.SIZE);
    }
    return GoodPrompts.masked(draw, Masks.mask(type, logits));
  }

  static byte[] resultTooLarge(EventRandom draw) {
    PromptEvent.Builder builder =
        GoodPrompts.builder(draw).setPromptId(EventRandom.MARKER + "x".repeat(TOO_LONG_ID));
    return GoodPrompts.write(
        draw,
        builder
            .setMask(Masks.mask(DataType.FLOAT16, Masks.logits(draw, DataType.FLOAT16)))
            .build());
  }
}
