package io.promptstream.topology.encoding;

import io.promptstream.encoder.Box;
import io.promptstream.encoder.ImageSize;
import io.promptstream.encoder.Point;
import io.promptstream.encoder.Prompt;
import java.util.List;

/**
 * Moves coordinates outside of the image to its edge.
 *
 * <p>It leaves alone what has no place in the image: numbers that are not finite, and boxes that
 * are inverted or do not touch the image. They are rejected later.
 *
 * @param height largest valid y, in pixels
 * @param width largest valid x, in pixels
 */
record ImageClip(int height, int width) {
  /**
   * Clips a prompt.
   *
   * @param frame side of the model frame, which is the image if the prompt names no size
   * @return the same prompt if all of it is inside
   */
  static Prompt clip(Prompt prompt, int frame) {
    ImageSize size = prompt.imageSize();
    ImageClip clip =
        size == null ? new ImageClip(frame, frame) : new ImageClip(size.height(), size.width());
    List<Point> points = prompt.points().stream().map(clip::point).toList();
    Box box = prompt.box() == null ? null : clip.box(prompt.box());
    Prompt clipped = new Prompt(size, points, box, prompt.mask());
    return clipped.equals(prompt) ? prompt : clipped;
  }

  private Point point(Point point) {
    return new Point(inside(point.x(), width), inside(point.y(), height), point.label());
  }

  private Box box(Box box) {
    boolean touches = box.xMin() <= box.xMax()
        && box.yMin() <= box.yMax()
        && box.xMin() <= width
        && box.yMin() <= height
        && box.xMax() >= 0
        && box.yMax() >= 0;
    return touches
        ? new Box(
            inside(box.xMin(), width),
            inside(box.yMin(), height),
            inside(box.xMax(), width),
            inside(box.yMax(), height))
        : box;
  }

  private static double inside(double value, int extent) {
    if (value < 0) {
      return Double.isFinite(value) ? 0 : value;
    }
    return value > extent && Double.isFinite(value) ? extent : value;
  }
}
