package io.promptstream.workbench.report;

import io.promptstream.encoder.FrameRule;
import io.promptstream.encoder.Profile;
import io.promptstream.schemas.ImageSize;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of an image and of the model frame in pixels of the image; both have the same top left
 * corner.
 *
 * @param width columns of the image
 * @param height rows of the image
 * @param frameWidth width of the whole model frame, in pixels of the image
 * @param frameHeight height of the whole model frame, in pixels of the image
 */
record ImageFrame(int width, int height, double frameWidth, double frameHeight) {
  /**
   * Returns the frame according to the rule of a model family.
   *
   * @param size the image's size, or null if coordinates are in the model frame
   * @param profile has the side of the model frame and the rule that maps an image to it
   */
  static ImageFrame of(@Nullable ImageSize size, Profile profile) {
    int inputSize = profile.inputSize();
    if (size == null) {
      return new ImageFrame(inputSize, inputSize, inputSize, inputSize);
    }
    int width = size.getWidth();
    int height = size.getHeight();
    if (profile.frameRule() == FrameRule.SQUARE) {
      return new ImageFrame(width, height, width, height);
    }
    double scale = (double) inputSize / Math.max(height, width);
    return new ImageFrame(
        width,
        height,
        unscaledFrame(width, scale, inputSize),
        unscaledFrame(height, scale, inputSize));
  }

  private static double unscaledFrame(int side, double scale, int inputSize) {
    // The side of a very elongated image may round to 0 pixels.
    int newSide = Math.max(1, (int) (side * scale + 0.5));
    return (double) inputSize * side / newSide;
  }

  /** Returns the longer side of the image. */
  int longestSide() {
    return Math.max(width, height);
  }
}
