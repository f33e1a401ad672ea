package io.promptstream.encoder;

import static io.promptstream.encoder.InvalidPromptException.Reason.BOX_INVERTED;
import static io.promptstream.encoder.InvalidPromptException.Reason.COORDINATE_NOT_FINITE;
import static io.promptstream.encoder.InvalidPromptException.Reason.IMAGE_SIZE;
import static io.promptstream.encoder.InvalidPromptException.Reason.MASK_NOT_FINITE;
import static io.promptstream.encoder.InvalidPromptException.Reason.MASK_OUT_OF_RANGE;
import static io.promptstream.encoder.InvalidPromptException.Reason.MASK_SIZE;
import static io.promptstream.encoder.InvalidPromptException.Reason.OUT_OF_IMAGE;
import static io.promptstream.encoder.InvalidPromptException.Reason.TOO_MANY_POINTS;
import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Validates prompts and maps them to the model frame, with the profile's rules for scaling, token
 * order and padding.
 */
final class PromptFramer {
  /** The exponent bits of a float; all of them are set if it is not finite. */
  private static final int EXPONENT = 0x7f80_0000;

  /**
   * Every logit must be smaller in magnitude. A layer norm squares sums of four logits, and a float
   * overflows at 2^128: the embedding would be NaN or silently wrong.
   */
  private static final float LOGIT_LIMIT = 0x1p48f;

  /** Sets the sign bit when added to an exponent that is at least the limit's. */
  private static final int BEYOND_LIMIT =
      Integer.MIN_VALUE - (Float.floatToRawIntBits(LOGIT_LIMIT) & EXPONENT);

  private static final int TOP_LEFT_CORNER = 2;
  private static final int BOTTOM_RIGHT_CORNER = 3;

  private final Profile profile;
  private final int maxPoints;

  PromptFramer(Profile profile, int maxPoints) {
    this.profile = requireNonNull(profile, "profile");
    this.maxPoints = maxPoints;
  }

  /**
   * Returns the prompt's tokens in the model's order, including padding, and its mask.
   *
   * @throws InvalidPromptException if the prompt can never be encoded
   */
  FramedPrompt frame(Prompt prompt) {
    List<Point> points = prompt.points();
    if (points.size() > maxPoints) {
      throw new InvalidPromptException(
          TOO_MANY_POINTS,
          "points has %d points, at most %d are allowed".formatted(points.size(), maxPoints));
    }
    Scale scale = Scale.of(prompt.imageSize(), profile);
    Box box = prompt.box();
    TokenRule rule = profile.tokenRule();
    Tokens tokens = new Tokens(rule.tokens(points.size(), box != null));
    if (box != null && rule.cornersFirst()) {
      addCorners(tokens, box, scale);
    }
    addPoints(tokens, points, scale);
    if (box != null && !rule.cornersFirst()) {
      addCorners(tokens, box, scale);
    }
    if (rule.addsPadding(points.size(), box != null)) {
      tokens.addPadding();
    }
    return new FramedPrompt(tokens.coordinates, tokens.labels, validMask(prompt.mask()));
  }

  private static void addPoints(Tokens tokens, List<Point> points, Scale scale) {
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      if (point.label() == PointLabel.NOT_A_POINT) {
        tokens.addPadding();
      } else {
        scale.requireInside(point.x(), scale.width(), "points", i, "x");
        scale.requireInside(point.y(), scale.height(), "points", i, "y");
        tokens.add(scale.x(point.x()), scale.y(point.y()), point.label().label());
      }
    }
  }

  private static void addCorners(Tokens tokens, Box box, Scale scale) {
    scale.requireInside(box.xMin(), scale.width(), "box", -1, "x_min");
    scale.requireInside(box.yMin(), scale.height(), "box", -1, "y_min");
    scale.requireInside(box.xMax(), scale.width(), "box", -1, "x_max");
    scale.requireInside(box.yMax(), scale.height(), "box", -1, "y_max");
    requireOrder("x", box.xMin(), box.xMax());
    requireOrder("y", box.yMin(), box.yMax());
    tokens.add(scale.x(box.xMin()), scale.y(box.yMin()), TOP_LEFT_CORNER);
    tokens.add(scale.x(box.xMax()), scale.y(box.yMax()), BOTTOM_RIGHT_CORNER);
  }

  private static void requireOrder(String axis, double min, double max) {
    if (max < min) {
      throw new InvalidPromptException(
          BOX_INVERTED, "box.%s_max %s is less than box.%s_min %s".formatted(axis, max, axis, min));
    }
  }

  private float @Nullable [] validMask(@Nullable MaskLogits mask) {
    if (mask == null) {
      return null;
    }
    int side = profile.maskInputSize();
    if (mask.height() != side || mask.width() != side) {
      throw new InvalidPromptException(
          MASK_SIZE,
          "mask.height %d and mask.width %d, must be %d and %d"
              .formatted(mask.height(), mask.width(), side, side));
    }
    float[] logits = mask.logits();
    if (logits.length != side * side) {
      throw new InvalidPromptException(
          MASK_SIZE,
          "mask.logits has %d values, must have %d".formatted(logits.length, side * side));
    }
    if (!allBelowLimit(logits)) {
      throw beyondLimit(logits, side);
    }
    return logits;
  }

  /** Branches once for all values: a branch for each value takes three times as long. */
  private static boolean allBelowLimit(float[] values) {
    int bits = 0;
    for (float value : values) {
      bits |= (Float.floatToRawIntBits(value) & EXPONENT) + BEYOND_LIMIT;
    }
    return bits >= 0;
  }

  private static InvalidPromptException beyondLimit(float[] logits, int side) {
    int i = 0;
    while (Math.abs(logits[i]) < LOGIT_LIMIT) {
      i++;
    }
    String which =
        "mask.logits is %s in row %d, column %d".formatted(logits[i], i / side, i % side);
    return Float.isFinite(logits[i])
        ? new InvalidPromptException(
            MASK_OUT_OF_RANGE, "%s, must be less than %s".formatted(which, LOGIT_LIMIT))
        : new InvalidPromptException(MASK_NOT_FINITE, which);
  }

  /**
   * Checks the size of an image.
   *
   * @throws InvalidPromptException if it has no pixels
   */
  static void requirePixels(ImageSize image) {
    requirePositive(image.height(), "height");
    requirePositive(image.width(), "width");
  }

  private static void requirePositive(int pixels, String side) {
    if (pixels <= 0) {
      throw new InvalidPromptException(
          IMAGE_SIZE, "image_size.%s is %d, must be positive".formatted(side, pixels));
    }
  }

  /** Collects tokens into the flat arrays of a {@link FramedPrompt}. */
  private static final class Tokens {
    final float[] coordinates;
    final int[] labels;
    private int next;

    Tokens(int size) {
      coordinates = new float[2 * size];
      labels = new int[size];
    }

    void add(float x, float y, int label) {
      coordinates[2 * next] = x;
      coordinates[2 * next + 1] = y;
      labels[next++] = label;
    }

    void addPadding() {
      add(0, 0, PointLabel.NOT_A_POINT.label());
    }
  }

  /**
   * Maps image pixels to the model frame.
   *
   * @param height largest valid y, in pixels
   * @param width largest valid x, in pixels
   * @param framed whether coordinates are already in the model frame
   */
  private record Scale(int height, int width, boolean framed, Profile profile) {
    static Scale of(@Nullable ImageSize image, Profile profile) {
      if (image == null) {
        return new Scale(profile.inputSize(), profile.inputSize(), true, profile);
      }
      requirePixels(image);
      return new Scale(image.height(), image.width(), false, profile);
    }

    float x(double x) {
      return toFrame(x, width);
    }

    float y(double y) {
      return toFrame(y, height);
    }

    private float toFrame(double pixels, int extent) {
      return framed
          ? (float) pixels
          : profile
              .frameRule()
              .toFrame(pixels, extent, Math.max(height, width), profile.inputSize());
    }

    /** Accepts values on the far edge: boxes of detectors end there. */
    void requireInside(double value, int extent, String field, int index, String coordinate) {
      if (value >= 0 && value <= extent) {
        return;
      }
      String name = (index < 0 ? field : field + '[' + index + ']') + '.' + coordinate;
      if (!Double.isFinite(value)) {
        throw new InvalidPromptException(COORDINATE_NOT_FINITE, name + " is " + value);
      }
      throw new InvalidPromptException(
          OUT_OF_IMAGE, "%s is %s, outside of 0 to %d".formatted(name, value, extent));
    }
  }
}
