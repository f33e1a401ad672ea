package io.promptstream.encoder;

/** How a model family maps image pixels to its model frame, the square that the model sees. */
public enum FrameRule {
  /**
   * Scales the longest side to the frame's side, and the other side by the same factor, rounded to
   * a whole pixel: {@code ResizeLongestSide.apply_coords} of {@code segment_anything}, in double
   * arithmetic.
   */
  LONGEST_SIDE {
    @Override
    float toFrame(double pixels, int extent, int longestSide, int inputSize) {
      int newExtent = frameExtent(extent, longestSide, inputSize);
      return (float) (pixels * ((double) newExtent / extent));
    }

    @Override
    int frameExtent(int extent, int longestSide, int inputSize) {
      double scale = inputSize * 1.0 / longestSide;
      return (int) (extent * scale + 0.5);
    }
  },
  /**
   * Scales both sides to the frame's side: {@code SAM2Transforms.transform_coords} of {@code sam2},
   * in float arithmetic.
   */
  SQUARE {
    @Override
    float toFrame(double pixels, int extent, int longestSide, int inputSize) {
      return (float) pixels / extent * inputSize;
    }

    @Override
    int frameExtent(int extent, int longestSide, int inputSize) {
      return inputSize;
    }
  };

  /**
   * Maps one coordinate.
   *
   * @param pixels coordinate in the image, in pixels
   * @param extent size of the image along the coordinate's axis, positive
   * @param longestSide the larger of the image's height and width
   * @param inputSize side of the frame in pixels
   * @return coordinate in the frame
   */
  abstract float toFrame(double pixels, int extent, int longestSide, int inputSize);

  /**
   * Returns the size of the scaled image along an axis, in pixels of the frame; the rest is
   * padding.
   *
   * @param extent size of the image along the axis, positive
   * @param longestSide the larger of the image's height and width
   * @param inputSize side of the frame in pixels
   */
  abstract int frameExtent(int extent, int longestSide, int inputSize);
}
