package io.promptstream.encoder;

import static io.promptstream.encoder.InvalidPromptException.Reason.BOX_UPSIDE_DOWN;
import static io.promptstream.encoder.InvalidPromptException.Reason.COORDINATE_NOT_FINITE;
import static io.promptstream.encoder.InvalidPromptException.Reason.IMAGE_SIZE;
import static io.promptstream.encoder.InvalidPromptException.Reason.MASK_NOT_FINITE;
import static io.promptstream.encoder.InvalidPromptException.Reason.MASK_SIZE;
import static io.promptstream.encoder.InvalidPromptException.Reason.OUT_OF_IMAGE;
import static io.promptstream.encoder.InvalidPromptException.Reason.TOO_MANY_POINTS;
import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Validates prompts and maps them to the model frame: SAM's rules for scaling, for the order of
 * tokens and for padding.
 *
 * <p>Source: {@code ResizeLongestSide.apply_coords} and {@code PromptEncoder._embed_points} of
 * {@code segment_anything}.
 */
final class PromptFramer {
  /** The exponent of a float, all of whose bits are set where it is not finite. */
  private static final int EXPONENT = 0x7f80_0000;

  private static final int LOWEST_EXPONENT_BIT = 0x0080_0000;

  private static final int TOP_LEFT_CORNER = 2;
  private static final int BOTTOM_RIGHT_CORNER = 3;

  private final Profile profile;
  private final int maxPoints;

  PromptFramer(Profile profile, int maxPoints) {
    this.profile = requireNonNull(profile, "profile");
    this.maxPoints = maxPoints;
  }

  /**
   * Returns the prompt's tokens in the model's order: points, then the corners of the box, or,
   * where there are points and no box, one token of padding.
   *
   * @throws InvalidPromptException if the prompt can never be encoded
   */
  FramedPrompt frame(Prompt prompt) {
    List<Point> points = prompt.points();
    if (points.size() > maxPoints) {
      throw new InvalidPromptException(
          TOO_MANY_POINTS,
          "points has %d points, at most %d are taken".formatted(points.size(), maxPoints));
    }
    Scale scale = Scale.of(prompt.imageSize(), profile.inputSize());
    Box box = prompt.box();
    boolean padded = !points.isEmpty() && box == null;
    Tokens tokens = new Tokens(points.size() + (box == null ? 0 : 2) + (padded ? 1 : 0));
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
    if (box != null) {
      addCorners(tokens, box, scale);
    } else if (padded) {
      tokens.addPadding();
    }
    return new FramedPrompt(tokens.coordinates, tokens.labels, validMask(prompt.mask()));
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
          BOX_UPSIDE_DOWN,
          "box.%s_max %s is less than box.%s_min %s".formatted(axis, max, axis, min));
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
    if (!allFinite(logits)) {
      throw notFinite(logits, side);
    }
    return logits;
  }

  /** Asks once for all values: a branch for each would take three times as long. */
  private static boolean allFinite(float[] values) {
    int bits = 0;
    for (float value : values) {
      // Carries into the sign where all bits of the exponent are set.
      bits |= (Float.floatToRawIntBits(value) & EXPONENT) + LOWEST_EXPONENT_BIT;
    }
    return bits >= 0;
  }

  private static InvalidPromptException notFinite(float[] logits, int side) {
    int i = 0;
    while (Float.isFinite(logits[i])) {
      i++;
    }
    return new InvalidPromptException(
        MASK_NOT_FINITE,
        "mask.logits is %s in row %d, column %d".formatted(logits[i], i / side, i % side));
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
   * From pixels of an image to the model frame, by the longest side.
   *
   * @param height extent of valid y, in pixels
   * @param width extent of valid x, in pixels
   * @param factorY rows of the frame per row of the image
   * @param factorX columns of the frame per column of the image
   */
  private record Scale(int height, int width, double factorY, double factorX) {
    static Scale of(@Nullable ImageSize image, int inputSize) {
      if (image == null) {
        return new Scale(inputSize, inputSize, 1, 1);
      }
      requirePositive(image.height(), "height");
      requirePositive(image.width(), "width");
      double scale = inputSize * 1.0 / Math.max(image.height(), image.width());
      int newHeight = (int) (image.height() * scale + 0.5);
      int newWidth = (int) (image.width() * scale + 0.5);
      return new Scale(
          image.height(),
          image.width(),
          (double) newHeight / image.height(),
          (double) newWidth / image.width());
    }

    private static void requirePositive(int pixels, String side) {
      if (pixels <= 0) {
        throw new InvalidPromptException(
            IMAGE_SIZE, "image_size.%s is %d, must be positive".formatted(side, pixels));
      }
    }

    float x(double x) {
      return (float) (x * factorX);
    }

    float y(double y) {
      return (float) (y * factorY);
    }

    /** The far edge is inside: boxes of detectors end on it. */
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
