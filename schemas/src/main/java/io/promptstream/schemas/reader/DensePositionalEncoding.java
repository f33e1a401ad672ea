package io.promptstream.schemas.reader;

/**
 * Computes positional encodings from random spatial frequencies: {@code DensePositionalEncoding} of
 * {@code segment_anything}. C is the embedding width.
 */
final class DensePositionalEncoding {
  private static final float TWO_PI = (float) (2 * Math.PI);

  private DensePositionalEncoding() {}

  /**
   * Encodes the centres of the cells of a grid, in float32 and with rounding where the official
   * code rounds: angles are tens of radians, where the error of float32 is about 3e-6.
   *
   * @param gaussianMatrix [2, C / 2]
   * @param size side of the grid
   * @return [C, size, size]: the sines of all frequencies, then the cosines
   */
  static float[] forward(float[] gaussianMatrix, int size) {
    int frequencies = gaussianMatrix.length / 2;
    int cells = size * size;
    float[] centres = centres(size);
    float[] encoding = new float[2 * frequencies * cells];
    for (int k = 0; k < frequencies; k++) {
      for (int row = 0; row < size; row++) {
        float y = centres[row] * gaussianMatrix[frequencies + k];
        for (int column = 0; column < size; column++) {
          float angle = TWO_PI * (centres[column] * gaussianMatrix[k] + y);
          int sine = k * cells + row * size + column;
          encoding[sine] = (float) Math.sin(angle);
          encoding[frequencies * cells + sine] = (float) Math.cos(angle);
        }
      }
    }
    return encoding;
  }

  /** Returns 2c - 1 for the centre c in [0, 1] of each row or column. */
  private static float[] centres(int size) {
    float[] centres = new float[size];
    for (int i = 0; i < size; i++) {
      centres[i] = 2 * ((i + 0.5f) / size) - 1;
    }
    return centres;
  }
}
