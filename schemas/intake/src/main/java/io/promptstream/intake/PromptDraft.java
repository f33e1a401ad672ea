package io.promptstream.intake;

import io.promptstream.schemas.Box;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.PromptEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the parts of one prompt, in pixels of the original image. */
final class PromptDraft {
  private final Unit unit;
  private final ImageSize size;
  private final List<Point> points = new ArrayList<>();
  private @Nullable Box box;
  private @Nullable Object mask;

  /**
   * Starts an empty prompt.
   *
   * @param unit of all coordinates
   */
  PromptDraft(Unit unit, ImageSize size) {
    this.unit = unit;
    this.size = size;
  }

  private double x(double value) {
    return unit.toPixels(value, size.getWidth());
  }

  private double y(double value) {
    return unit.toPixels(value, size.getHeight());
  }

  void addPoint(JsonField x, JsonField y, boolean foreground) {
    points.add(new Point(
        x(x.finite()), y(y.finite()), foreground ? PointLabel.FOREGROUND : PointLabel.BACKGROUND));
  }

  /** Adds points that are arrays of x and y. */
  void addPoints(JsonField pairs, boolean foreground) {
    for (JsonField pair : pairs.elements()) {
      addPoint(pair, foreground);
    }
  }

  void addPoint(JsonField pair, boolean foreground) {
    List<JsonField> xy = pair.elements(2, "[x, y]");
    addPoint(xy.get(0), xy.get(1), foreground);
  }

  /**
   * Sets the box.
   *
   * @param field the location of the box in the request
   * @throws IntakeException if the prompt has a box, or the first corner is not the top left one
   */
  void setBox(JsonField field, double xMin, double yMin, double xMax, double yMax) {
    if (box != null) {
      throw field.unsupported(
          "a prompt has at most one box; send each box in a request of its own");
    }
    if (xMax < xMin || yMax < yMin) {
      throw field.refused("a box with its top left corner first and a positive size");
    }
    box = new Box(x(xMin), y(yMin), x(xMax), y(yMax));
  }

  /** Sets a box that is an array of its top left and its bottom right corner. */
  void setCorners(JsonField corners) {
    List<JsonField> box = corners.elements(4, "[x1, y1, x2, y2]");
    setCorners(corners, box.get(0), box.get(1), box.get(2), box.get(3));
  }

  void setCorners(JsonField field, JsonField x1, JsonField y1, JsonField x2, JsonField y2) {
    setBox(field, x1.finite(), y1.finite(), x2.finite(), y2.finite());
  }

  /** Sets a box of its top left corner and its size. */
  void setCornerAndSize(
      JsonField field, JsonField x, JsonField y, JsonField width, JsonField height) {
    double left = x.finite();
    double top = y.finite();
    setBox(field, left, top, Unit.sum(left, width.finite()), Unit.sum(top, height.finite()));
  }

  /** Sets a mask that is a ring, an array of pairs of x and y. */
  void setRing(JsonField pairs) {
    List<Double> ring = new ArrayList<>();
    for (JsonField pair : pairs.elements()) {
      List<JsonField> xy = pair.elements(2, "[x, y]");
      ring.add(x(xy.get(0).finite()));
      ring.add(y(xy.get(1).finite()));
    }
    setMask(pairs, new PolygonMask(List.of(ring)));
  }

  /**
   * Sets the mask, one of the union of {@link PromptEvent#getMask}.
   *
   * @param field the location of the mask in the request
   * @throws IntakeException if the prompt has a mask
   */
  void setMask(JsonField field, Object mask) {
    if (this.mask != null) {
      throw field.unsupported(
          "a prompt has at most one mask; send each mask in a request of its own");
    }
    this.mask = mask;
  }

  /**
   * Returns the prompt.
   *
   * @throws IntakeException if it is empty
   */
  PromptEvent event(JsonField request, String promptId, String imageId, RequestDefaults defaults) {
    if (points.isEmpty() && box == null && mask == null) {
      throw request.unsupported("a prompt needs a point or a box");
    }
    return PromptEvent.newBuilder()
        .setPromptId(promptId)
        .setImageId(imageId)
        .setImageSize(size)
        .setPoints(points)
        .setBox(box)
        .setMask(mask)
        .setModel(defaults.model())
        .build();
  }
}
