package io.promptstream.workbench.fuzz;

import io.promptstream.schemas.Box;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Generates valid events, from typical ones to the limits of validity. */
final class GoodPrompts {
  static final int MAX_POINTS = 1_000;
  static final int FRAME = 1_024;

  private static final int MAX_CLICKS = 5;
  private static final int MAX_ID_CHARS = 20_000;
  private static final String UNICODE_SAMPLE = "aé\u4e16\ud83d\udc4d\u0000\ufffd";

  private static final List<ImageSize> SIZES = List.of(
      new ImageSize(480, 640),
      new ImageSize(1200, 1800),
      new ImageSize(2160, 3840),
      new ImageSize(3000, 17),
      new ImageSize(1, 1));

  private static final List<ImageSize> SMALL_SIZES = List.of(
      new ImageSize(37, 53),
      new ImageSize(300, 200),
      new ImageSize(480, 640),
      new ImageSize(3000, 17),
      new ImageSize(1, 1));

  /** Zeros, and the smallest positive numbers of several kinds. */
  private static final List<Double> TINY = List.of(
      0.0,
      -0.0,
      Double.MIN_VALUE,
      Double.MIN_NORMAL,
      Math.nextDown(Double.MIN_NORMAL),
      1e-46,
      1e-38);

  private GoodPrompts() {}

  static byte[] clicks(EventRandom draw) {
    ImageSize size = draw.oneOf(SIZES);
    return event(draw, size, points(draw, size, 1 + draw.below(MAX_CLICKS)), null);
  }

  static byte[] box(EventRandom draw) {
    ImageSize size = draw.oneOf(SIZES);
    return event(draw, size, List.of(), box(draw, size));
  }

  static byte[] boxAndClicks(EventRandom draw) {
    ImageSize size = draw.oneOf(SIZES);
    return event(draw, size, points(draw, size, 1 + draw.below(MAX_CLICKS)), box(draw, size));
  }

  static byte[] nothing(EventRandom draw) {
    return event(draw, draw.oneIn(2) ? null : draw.oneOf(SIZES), List.of(), null);
  }

  static byte[] modelFrame(EventRandom draw) {
    ImageSize frame = new ImageSize(FRAME, FRAME);
    return event(draw, null, points(draw, frame, draw.below(MAX_CLICKS)), box(draw, frame));
  }

  static byte[] namedModel(EventRandom draw) {
    PromptEvent.Builder builder = builder(draw).setModel("default");
    return write(draw, builder.setPoints(points(draw, size(), 1)).build());
  }

  static byte[] tiny(EventRandom draw) {
    double x = draw.oneOf(TINY);
    double y = draw.oneOf(TINY);
    ImageSize size = draw.oneIn(4) ? null : draw.oneOf(SIZES);
    return event(draw, size, List.of(point(draw, x, y)), new Box(0.0, -0.0, x, y));
  }

  static byte[] farEdges(EventRandom draw) {
    ImageSize size = draw.oneOf(SIZES);
    double x = size.getWidth();
    double y = size.getHeight();
    return event(
        draw,
        size,
        List.of(point(draw, x, y), point(draw, Math.nextDown(x), 0), point(draw, 0, y)),
        new Box(0.0, Math.nextDown(y), x, y));
  }

  static byte[] boxWithoutArea(EventRandom draw) {
    ImageSize size = draw.oneOf(SIZES);
    double x = draw.upTo(size.getWidth());
    double y = draw.upTo(size.getHeight());
    double xMax = draw.oneIn(2) ? x : size.getWidth();
    return event(draw, size, List.of(), new Box(x, y, xMax, y));
  }

  static byte[] largestImage(EventRandom draw) {
    ImageSize size =
        new ImageSize(draw.oneIn(2) ? 1 : Integer.MAX_VALUE, draw.oneIn(3) ? 7 : Integer.MAX_VALUE);
    return event(draw, size, points(draw, size, 2), box(draw, size));
  }

  static byte[] mostPoints(EventRandom draw) {
    ImageSize size = draw.oneOf(SIZES);
    return event(draw, size, points(draw, size, MAX_POINTS - draw.below(3)), box(draw, size));
  }

  static byte[] longIds(EventRandom draw) {
    String letters = UNICODE_SAMPLE.repeat(1 + draw.below(MAX_ID_CHARS / UNICODE_SAMPLE.length()));
    PromptEvent.Builder builder =
        builder(draw).setPromptId(draw.promptId() + letters).setImageId(letters);
    return write(draw, builder.setBox(box(draw, size())).build());
  }

  static byte[] mask(EventRandom draw) {
    PromptEvent.Builder builder = builder(draw).setMask(Masks.valid(draw));
    return write(draw, builder.setPoints(points(draw, size(), draw.below(3))).build());
  }

  /** A mask of the image, of few pixels: the reference takes them one by one. */
  static byte[] imageMask(EventRandom draw) {
    boolean frame = draw.oneIn(8);
    ImageSize size = frame ? new ImageSize(FRAME, FRAME) : draw.oneOf(SMALL_SIZES);
    PromptEvent.Builder builder = builder(draw).setImageSize(frame ? null : size);
    return write(
        draw,
        builder
            .setMask(ImageMask.valid(draw, size))
            .setPoints(points(draw, size, draw.below(3)))
            .build());
  }

  /** Points in several Avro blocks, some of which declare their size. */
  static byte[] blocks(EventRandom draw) {
    AvroBytes wire = draw.prompt().number(0);
    for (int block = 1 + draw.below(3); block > 0; block--) {
      AvroBytes items = new AvroBytes();
      int count = 1 + draw.below(3);
      for (int i = 0; i < count; i++) {
        items.real(draw.upTo(FRAME)).real(draw.upTo(FRAME)).number(draw.below(2));
      }
      byte[] bytes = items.toBytes();
      if (draw.oneIn(2)) {
        // Readers use the size only to skip the block, so it may be false.
        wire.number(-count)
            .number(draw.oneIn(2) ? bytes.length : draw.random().nextLong(Long.MAX_VALUE));
      } else {
        wire.number(count);
      }
      wire.raw(bytes);
    }
    return wire.number(0).number(0).number(0).number(0).toBytes();
  }

  /** A value without the field {@code model}. */
  static byte[] oldWriter(EventRandom draw) {
    AvroBytes wire = AvroBytes.of(draw.id(ForeignSchema.PROMPT_EVENT_WITHOUT_MODEL));
    wire.ids(draw.promptId(), draw.imageId()).number(0).number(0).number(1);
    wire.real(draw.upTo(FRAME)).real(draw.upTo(FRAME)).number(draw.below(2));
    return wire.number(0).number(0).number(0).toBytes();
  }

  static byte[] floatWriter(EventRandom draw) {
    int count = draw.below(MAX_CLICKS);
    AvroBytes wire = AvroBytes.of(draw.id(ForeignSchema.FLOAT_COORDINATES));
    wire.ids(draw.promptId(), draw.imageId());
    if (count > 0) {
      wire.number(count);
    }
    for (int i = 0; i < count; i++) {
      wire.shortReal((float) draw.upTo(FRAME))
          .shortReal((float) draw.upTo(FRAME))
          .number(1);
    }
    return wire.number(0).toBytes();
  }

  static byte[] extraField(EventRandom draw) {
    byte[] extra = draw.bytes(draw.below(1_000));
    return AvroBytes.of(draw.id(ForeignSchema.EXTRA_BYTES))
        .ids(draw.promptId(), draw.imageId())
        .number(extra.length)
        .raw(extra)
        .toBytes();
  }

  /** Returns a small event with points and a box, which callers modify. */
  static PromptEvent any(EventRandom draw) {
    ImageSize size = draw.oneOf(SIZES);
    return builder(draw)
        .setImageSize(size)
        .setPoints(points(draw, size, 1 + draw.below(MAX_CLICKS)))
        .setBox(box(draw, size))
        .build();
  }

  static PromptEvent.Builder builder(EventRandom draw) {
    return PromptEvent.newBuilder()
        .setPromptId(draw.promptId())
        .setImageId(draw.imageId())
        .setImageSize(size());
  }

  static ImageSize size() {
    return SIZES.get(0);
  }

  static Point point(EventRandom draw, double x, double y) {
    return new Point(x, y, draw.oneIn(3) ? PointLabel.BACKGROUND : PointLabel.FOREGROUND);
  }

  static List<Point> points(EventRandom draw, ImageSize size, int count) {
    return Stream.generate(
            () -> point(draw, draw.upTo(size.getWidth()), draw.upTo(size.getHeight())))
        .limit(count)
        .toList();
  }

  static Box box(EventRandom draw, ImageSize size) {
    double x = draw.upTo(size.getWidth());
    double y = draw.upTo(size.getHeight());
    return new Box(draw.upTo(x), draw.upTo(y), x, y);
  }

  static byte[] masked(EventRandom draw, Object mask) {
    return write(draw, builder(draw).setMask(mask).build());
  }

  static byte[] write(EventRandom draw, PromptEvent event) {
    return AvroBytes.of(draw.id(ForeignSchema.PROMPT_EVENT), event);
  }

  private static byte[] event(
      EventRandom draw, @Nullable ImageSize size, List<Point> points, @Nullable Box box) {
    return write(
        draw, builder(draw).setImageSize(size).setPoints(points).setBox(box).build());
  }
}
