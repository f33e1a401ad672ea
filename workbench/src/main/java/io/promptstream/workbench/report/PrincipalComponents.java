package io.promptstream.workbench.report;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.RealMatrix;

/**
 * The three directions in which a dense embedding varies most over the grid, as the red, green and
 * blue of a picture: places with similar embeddings have similar colours.
 */
final class PrincipalComponents {
  private static final int COMPONENTS = 3;
  private static final double OUTLIERS = 0.02;
  private static final double NEGLIGIBLE = 1e-12;

  private final int columns;
  private final double[][] scores;

  private PrincipalComponents(int columns, double[][] scores) {
    this.columns = columns;
    this.scores = scores;
  }

  /**
   * Projects a dense embedding on the eigenvectors of its channels' covariance with the largest
   * eigenvalues. An eigenvector's sign is arbitrary: here its largest entry is positive, so that
   * the same embedding always gives the same picture. An embedding that does not vary, or is not
   * finite, has no directions, and all its scores are 0.
   *
   * @param dense [channels, rows, columns], row-major
   * @param rows rows of the grid
   * @param columns columns of the grid
   */
  static PrincipalComponents of(float[] dense, int rows, int columns) {
    RealMatrix centred = centred(dense, rows * columns);
    RealMatrix covariance = centred.multiplyTransposed(centred);
    double variance = covariance.getTrace();
    double[][] scores = new double[COMPONENTS][rows * columns];
    if (!(variance > 0 && variance < Double.POSITIVE_INFINITY)) {
      return new PrincipalComponents(columns, scores);
    }
    // Of rank 16, it has hundreds of eigenvalues near 0, on which the QL algorithm does not
    // converge; moved away from 0 it does, and the eigenvectors stay what they are.
    for (int i = 0; i < covariance.getRowDimension(); i++) {
      covariance.addToEntry(i, i, variance);
    }
    EigenDecompositionSymmetric eigen = new EigenDecompositionSymmetric(covariance);
    for (int i = 0; i < Math.min(COMPONENTS, covariance.getRowDimension()); i++) {
      if (eigen.getEigenvalue(i) - variance > NEGLIGIBLE * variance) {
        scores[i] = centred.preMultiply(withFixedSign(eigen.getEigenvector(i).toArray()));
      }
    }
    return new PrincipalComponents(columns, scores);
  }

  /** Returns the score of a component at each cell, row-major; the first varies most. */
  double[] scores(int component) {
    return scores[component].clone();
  }

  /** Paints one pixel a cell, each component stretched over the range of most of its scores. */
  BufferedImage paint() {
    int cells = scores[0].length;
    int[] rgb = new int[cells];
    for (double[] component : scores) {
      double[] sorted = component.clone();
      Arrays.sort(sorted);
      double low = sorted[(int) (OUTLIERS * (cells - 1))];
      double high = sorted[(int) ((1 - OUTLIERS) * (cells - 1))];
      for (int cell = 0; cell < cells; cell++) {
        double share = high > low ? (component[cell] - low) / (high - low) : 0.5;
        rgb[cell] = rgb[cell] << 8 | (int) Math.round(255 * Math.max(0, Math.min(1, share)));
      }
    }
    BufferedImage image = new BufferedImage(columns, cells / columns, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, columns, cells / columns, rgb, 0, columns);
    return image;
  }

  private static RealMatrix centred(float[] dense, int cells) {
    double[][] channels = new double[dense.length / cells][cells];
    for (int channel = 0; channel < channels.length; channel++) {
      double sum = 0;
      for (int cell = 0; cell < cells; cell++) {
        sum += dense[channel * cells + cell];
      }
      for (int cell = 0; cell < cells; cell++) {
        channels[channel][cell] = dense[channel * cells + cell] - sum / cells;
      }
    }
    return new Array2DRowRealMatrix(channels, false);
  }

  private static double[] withFixedSign(double[] vector) {
    double largest = 0;
    for (double entry : vector) {
      if (Math.abs(entry) > Math.abs(largest)) {
        largest = entry;
      }
    }
    double sign = Math.signum(largest);
    return Arrays.stream(vector).map(entry -> sign * entry).toArray();
  }
}
