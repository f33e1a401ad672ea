package io.promptstream.workbench.report;

/** The positional encoding of the image embedding's grid, to compare with tokens. */
public final class PositionalGrid {
  private final int side;
  private final int width;
  private final float[] encoding;
  private final double[] norms;

  /**
   * @param side rows and columns of the grid
   * @param width length of a token
   * @param encoding [width, side, side], row-major
   * @throws IllegalArgumentException if the encoding has a different size
   */
  public PositionalGrid(int side, int width, float[] encoding) {
    if (encoding.length != side * side * width) {
      throw new IllegalArgumentException(
          "a dense positional encoding of %d values is not [%d, %d, %d]"
              .formatted(encoding.length, width, side, side));
    }
    this.side = side;
    this.width = width;
    this.encoding = encoding;
    this.norms = new double[side * side];
    for (int cell = 0; cell < norms.length; cell++) {
      double squares = 0;
      for (int channel = 0; channel < width; channel++) {
        double value = encoding[channel * norms.length + cell];
        squares += value * value;
      }
      norms[cell] = Math.sqrt(squares);
    }
  }

  int width() {
    return width;
  }

  /** Returns the cosine similarity of every cell with a token; 0 if either has norm 0. */
  public SimilarityMap similarity(float[] token) {
    if (token.length != width) {
      throw new IllegalArgumentException(
          "token has %d values, expected %d".formatted(token.length, width));
    }
    int cells = side * side;
    double[] dots = new double[cells];
    double tokenSquares = 0;
    for (int channel = 0; channel < width; channel++) {
      float value = token[channel];
      tokenSquares += (double) value * value;
      for (int cell = 0; cell < cells; cell++) {
        dots[cell] += (double) value * encoding[channel * cells + cell];
      }
    }
    double tokenNorm = Math.sqrt(tokenSquares);
    double[] cosines = new double[cells];
    for (int cell = 0; cell < cells; cell++) {
      double product = tokenNorm * norms[cell];
      cosines[cell] = product > 0 ? dots[cell] / product : 0;
    }
    return new SimilarityMap(side, cosines);
  }
}
