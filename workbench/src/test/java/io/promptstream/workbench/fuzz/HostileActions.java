package io.promptstream.workbench.fuzz;

import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.BitmapMask;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.Clear;
import io.promptstream.schemas.ClearBox;
import io.promptstream.schemas.ClearMask;
import io.promptstream.schemas.Close;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.Redo;
import io.promptstream.schemas.RemovePoint;
import io.promptstream.schemas.RleMask;
import io.promptstream.schemas.SetBox;
import io.promptstream.schemas.SetMask;
import io.promptstream.schemas.Undo;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Generates actions that follow the first action of an object. */
final class HostileActions {
  /** A bitmap of this image is larger than the state of an object may be. */
  static final ImageSize LARGE = new ImageSize(2_800, 2_800);

  private static final int LONGEST_ID = 100;
  private static final int MAX_EXCESS_CHARS = 20_000;
  private static final int MAX_EXTRA_BYTES = 40;

  /** All actions that do not add an object. */
  private static final List<Object> NOT_ADDING = List.of(
      new Undo(),
      new Redo(),
      new Clear(),
      new ClearBox(),
      new ClearMask(),
      new Close(),
      new RemovePoint(0.0, 0.0, Double.MAX_VALUE));

  private static final List<Double> NOT_FINITE =
      List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

  private static final List<Double> FAR =
      List.of(-Double.MIN_VALUE, -1e308, 1e9, Double.MAX_VALUE, (double) Long.MIN_VALUE);

  private static final List<RemovePoint> NOWHERE = List.of(
      new RemovePoint(Double.NaN, 0.0, Double.MAX_VALUE),
      new RemovePoint(0.0, 0.0, Double.NaN),
      new RemovePoint(0.0, 0.0, -1.0),
      new RemovePoint(-1e308, 1e308, 1e300));

  private static final List<ImageSize> OTHER_SIZES = List.of(
      new ImageSize(0, -1),
      new ImageSize(Integer.MAX_VALUE, Integer.MAX_VALUE),
      new ImageSize(640, 480));

  private static final List<String> SLASHES = List.of("/", "a/b", "../" + EventRandom.MARKER);

  private HostileActions() {}

  static byte[] write(EventRandom draw, PromptAction action) {
    return AvroBytes.of(draw.ids().actions(), action);
  }

  private static PromptAction.Builder second(PromptAction first) {
    return PromptAction.newBuilder(first).setActionId("second");
  }

  private static byte[] second(EventRandom draw, PromptAction first, Object what) {
    return write(draw, second(first).setAction(what).build());
  }

  static byte[] addPoint(EventRandom draw, PromptAction first) {
    return write(draw, second(first).build());
  }

  static byte[] longestId(EventRandom draw, PromptAction first) {
    return write(draw, second(first).setActionId("\u00e9".repeat(LONGEST_ID)).build());
  }

  static byte[] undo(EventRandom draw, PromptAction first) {
    return second(draw, first, new Undo());
  }

  static byte[] redo(EventRandom draw, PromptAction first) {
    return second(draw, first, new Redo());
  }

  static byte[] close(EventRandom draw, PromptAction first) {
    return second(draw, first, new Close());
  }

  static byte[] duplicate(EventRandom draw, PromptAction first) {
    return write(draw, first);
  }

  static byte[] duplicateId(EventRandom draw, PromptAction first) {
    return write(
        draw, PromptAction.newBuilder(first).setAction(draw.oneOf(NOT_ADDING)).build());
  }

  static byte[] truncated(EventRandom draw, PromptAction first) {
    byte[] good = addPoint(draw, first);
    return Arrays.copyOf(good, draw.below(good.length));
  }

  static byte[] extended(EventRandom draw, PromptAction first) {
    return new AvroBytes()
        .raw(addPoint(draw, first))
        .raw(draw.bytes(1 + draw.below(MAX_EXTRA_BYTES)))
        .toBytes();
  }

  static byte[] falseLength(EventRandom draw, PromptAction first) {
    return AvroBytes.of(draw.ids().actions())
        .number(draw.oneOf(List.of(-1L, (long) Integer.MAX_VALUE, Long.MAX_VALUE)))
        .text(first.getSessionId())
        .toBytes();
  }

  static byte[] actionId(EventRandom draw, PromptAction first) {
    return write(draw, PromptAction.newBuilder(first).setActionId(badId(draw)).build());
  }

  static byte[] sessionId(EventRandom draw, PromptAction first) {
    return write(draw, second(first).setSessionId(badOrSlash(draw)).build());
  }

  static byte[] objectId(EventRandom draw, PromptAction first) {
    return write(draw, second(first).setObjectId(badOrSlash(draw)).build());
  }

  /** Returns an id that is empty or too long. */
  private static String badId(EventRandom draw) {
    return draw.oneIn(2) ? "" : "\u4e16".repeat(LONGEST_ID + 1 + draw.below(MAX_EXCESS_CHARS));
  }

  private static String badOrSlash(EventRandom draw) {
    return draw.oneIn(2) ? badId(draw) : draw.oneOf(SLASHES);
  }

  static byte[] notFinite(EventRandom draw, PromptAction first) {
    return placed(draw, first, draw.oneOf(NOT_FINITE));
  }

  static byte[] outOfImage(EventRandom draw, PromptAction first) {
    return placed(draw, first, draw.oneOf(FAR));
  }

  private static byte[] placed(EventRandom draw, PromptAction first, double at) {
    Object what = switch (draw.below(4)) {
      case 0 -> new AddPoint(new Point(at, 1.0, PointLabel.FOREGROUND));
      case 1 -> new AddPoint(new Point(1.0, at, PointLabel.BACKGROUND));
      case 2 -> new SetBox(new Box(at, 0.0, at, 1.0));
      default -> new SetBox(new Box(0.0, at, 1.0, at));
    };
    return second(draw, first, what);
  }

  static byte[] boxInverted(EventRandom draw, PromptAction first) {
    return second(draw, first, new SetBox(new Box(5.0, 5.0, Math.nextDown(5.0), 6.0)));
  }

  static byte[] unknownSymbol(EventRandom draw, PromptAction first) {
    return second(draw, first, new AddPoint(new Point(1.0, 1.0, PointLabel.UNKNOWN)));
  }

  /** A mask that claims up to 2^62 pixels. */
  static byte[] hugeMask(EventRandom draw, PromptAction first) {
    int side = draw.oneIn(2) ? Integer.MAX_VALUE : 1 << 20;
    Object mask = draw.oneIn(2)
        ? new RleMask(side, side, List.of(Integer.MAX_VALUE))
        : new BitmapMask(side, side, ByteBuffer.wrap(draw.bytes(draw.below(1_000))));
    return second(draw, first, new SetMask(mask));
  }

  /** A valid mask of {@link #LARGE}. */
  static byte[] largeMask(EventRandom draw, PromptAction first) {
    byte[] bits = draw.bytes(LARGE.getHeight() * LARGE.getWidth() / Byte.SIZE);
    return second(
        draw,
        first,
        new SetMask(new BitmapMask(LARGE.getHeight(), LARGE.getWidth(), ByteBuffer.wrap(bits))));
  }

  static byte[] noPointNear(EventRandom draw, PromptAction first) {
    return second(draw, first, draw.oneOf(NOWHERE));
  }

  static byte[] nothingToClear(EventRandom draw, PromptAction first) {
    return second(draw, first, draw.oneIn(2) ? new ClearBox() : new ClearMask());
  }

  static byte[] unknownObject(EventRandom draw, PromptAction first) {
    return write(
        draw,
        second(first)
            .setSessionId(first.getSessionId() + "-other")
            .setAction(draw.oneOf(NOT_ADDING))
            .build());
  }

  static byte[] otherImage(EventRandom draw, PromptAction first) {
    return write(
        draw,
        second(first).setImageId(EventRandom.MARKER.repeat(draw.below(3_000))).build());
  }

  static byte[] otherSize(EventRandom draw, PromptAction first) {
    return write(draw, second(first).setImageSize(draw.oneOf(OTHER_SIZES)).build());
  }

  static byte[] otherModel(EventRandom draw, PromptAction first) {
    return write(draw, second(first).setModel("").build());
  }

  static byte[] unknownModel(EventRandom draw, PromptAction first) {
    return write(
        draw,
        second(first)
            .setSessionId(first.getSessionId() + "-other")
            .setModel(EventRandom.MARKER)
            .build());
  }

  static byte[] secondObject(EventRandom draw, PromptAction first) {
    return write(draw, second(first).setObjectId("second").build());
  }
}
