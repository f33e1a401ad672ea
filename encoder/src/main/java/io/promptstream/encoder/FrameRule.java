package io.promptstream.encoder;

/** How a model family maps pixels of an image to the square that the model sees. */
public enum FrameRule {
  /**
   * The longest side becomes the frame's, the other one follows, rounded to a whole pixel:
   * {@code ResizeLongestSide.apply_coords} of {@code segment_anything}, in double arithmetic.
   */
  LONGEST_SIDE {
    @Override
    float toFrame(double pixels, int extent, int longestSide, int inputSize) {
      double scale = inputSize * 1.0 / longestSide;
      int newExtent = (int) (extent * scale + 0.5);
      return (float) (pixels * ((double) newExtent / extent));
    }
  },
  /**
   * Both sides become the frame's: {@code SAM2Transforms.transform_coords} of {@code sam2}, in
   * float arithmetic.
   */
  SQUARE {
    @Override
    float toFrame(double pixels, int extent, int longestSide, int inputSize) {
      return (float) pixels / extent * inputSize;
    }
  };

  /**
   * Maps one coordinate.
   *
   * @param pixels place in the image
   * @param extent the image's size in the coordinate's direction, positive
   * @param longestSide the larger one of the image's sizes
   * @param inputSize side of the frame
   * @return place in the frame
   */
  abstract float toFrame(double pixels, int extent, int longestSide, int inputSize);
}
