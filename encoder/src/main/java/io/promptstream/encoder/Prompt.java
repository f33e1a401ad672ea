package io.promptstream.encoder;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One prompt for one object on one image, as the user gave it: any number of points, at most one
 * box, at most one mask.
 *
 * @param imageSize the image whose pixels the coordinates are, or null where they are in the model
 *     frame already
 * @param points clicks, in the order in which their tokens are wanted
 * @param box the box, if there is one
 * @param mask the mask, if there is one
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
