package io.promptstream.encoder;

/** The order in which a model family puts the tokens of a prompt, and when it adds padding. */
public enum TokenRule {
  /**
   * Points, then the corners of the box; one padding token if there are points and no box:
   * {@code PromptEncoder._embed_points} of {@code segment_anything}.
   */
  CORNERS_LAST_OR_PADDING(false) {
    @Override
    boolean addsPadding(int points, boolean box) {
      return points > 0 && !box;
    }
  },
  /**
   * The corners of the box, then points; one padding token at the end if there are any of these:
   * {@code SAM2ImagePredictor._predict} of {@code sam2}, which passes corners to the encoder as
   * points.
   */
  CORNERS_FIRST_AND_PADDING(true) {
    @Override
    boolean addsPadding(int points, boolean box) {
      return points > 0 || box;
    }
  };

  private static final int CORNERS = 2;

  private final boolean cornersFirst;

  TokenRule(boolean cornersFirst) {
    this.cornersFirst = cornersFirst;
  }

  /** Returns whether the corners of the box come before the points. */
  public boolean cornersFirst() {
    return cornersFirst;
  }

  /** Returns whether a padding token is added at the end. */
  abstract boolean addsPadding(int points, boolean box);

  /** Returns the number of tokens of a prompt, including padding. */
  public int tokens(int points, boolean box) {
    return points + (box ? CORNERS : 0) + (addsPadding(points, box) ? 1 : 0);
  }
}
