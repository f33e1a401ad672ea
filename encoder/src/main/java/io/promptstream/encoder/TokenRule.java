package io.promptstream.encoder;

/** In which order a model family puts the tokens of a prompt, and when it pads them. */
public enum TokenRule {
  /**
   * Points, then the corners of the box; where there are points and no box, one token of padding:
   * {@code PromptEncoder._embed_points} of {@code segment_anything}.
   */
  CORNERS_LAST_OR_PADDING(false) {
    @Override
    boolean padded(int points, boolean box) {
      return points > 0 && !box;
    }
  },
  /**
   * The corners of the box, then points; after any of them one token of padding:
   * {@code SAM2ImagePredictor._predict} of {@code sam2}, which gives the encoder corners as points.
   */
  CORNERS_FIRST_AND_PADDING(true) {
    @Override
    boolean padded(int points, boolean box) {
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

  /** Returns whether a token of padding comes last. */
  abstract boolean padded(int points, boolean box);

  /** Returns how many tokens a prompt has, padding included. */
  public int tokens(int points, boolean box) {
    return points + (box ? CORNERS : 0) + (padded(points, box) ? 1 : 0);
  }
}
