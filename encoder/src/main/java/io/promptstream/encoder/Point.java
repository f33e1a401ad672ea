package io.promptstream.encoder;

import static java.util.Objects.requireNonNull;

/**
 * A click, which {@link PromptFramer} validates.
 *
 * @param x pixels from the left edge
 * @param y pixels from the top edge
 * @param label whether the point is on the object
 */
public record Point(double x, double y, PointLabel label) {
  public Point {
    requireNonNull(label, "label");
  }
}
