package io.promptstream.encoder;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One prompt for one object on one image, as the user gave it: any number of points, at most one
 * box, at most one mask.
 *
 * @param imageSize size of the image that the coordinates refer to, or null if they are already in
 *     the model frame
 * @param points clicks, in the order of their tokens
 * @param box the box, or null
 * @param mask the mask, or null
 */
public record Prompt(
    @Nullable ImageSize imageSize,
    List<Point> points,
    @Nullable Box box,
    @Nullable MaskLogits mask) {
  public Prompt {
    requireNonNull(points, "points");
  }
}
