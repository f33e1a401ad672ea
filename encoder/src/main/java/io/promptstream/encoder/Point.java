package io.promptstream.encoder;

import static java.util.Objects.requireNonNull;

/**
 * A click, not validated: {@link PromptFramer} does that.
 *
 * @param x pixels from the left edge
 * @param y pixels from the top edge
 * @param label what the clicked place is
 */
public record Point(double x, double y, PointLabel label) {
  public Point {
    requireNonNull(label, "label");
  }
}
