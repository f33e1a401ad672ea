package io.promptstream.workbench.report;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.RealMatrix;

/**
 * The first three principal components of a dense embedding over the grid, painted as red, green
 * and blue: cells with similar embeddings have similar colours.
 */
public final class PrincipalComponents {
  private static final int COMPONENTS = 3;
  private static final double OUTLIER_SHARE = 0.02;
  private static final double NEGLIGIBLE = 1e-12;

  private final int columns;
  private final double[][] scores;

  private PrincipalComponents(int columns, double[][] scores) {
    this.columns = columns;
    this.scores = scores;
  }

  /**
   * Projects a dense embedding onto the eigenvectors of its channels' covariance with the largest
   * eigenvalues. An eigenvector's sign is arbitrary; it is chosen so that the entry with the
   * largest magnitude is positive, and the same embedding always gives the same picture. If an
   * embedding is constant or not finite, all scores are 0.
   *
   * @param dense [channels, rows, columns], row-major
   * @param rows rows of the grid
   * @param columns columns of the grid
   */
  public static PrincipalComponents of(float[] dense, int rows, int columns) {
    RealMatrix centred = centred(dense, rows * columns);
    RealMatrix covariance = centred.multiplyTransposed(centred);
    double variance = covariance.getTrace();
    double[][] scores = new double[COMPONENTS][rows * columns];
    if (!(variance > 0 && variance < Double.POSITIVE_INFINITY)) {
      return new PrincipalComponents(columns, scores);
    }
    // The covariance has rank 16, so hundreds of eigenvalues are near 0, and the QL algorithm does
    // not converge. Shifting the eigenvalues makes it converge and keeps the eigenvectors.
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

  /** Returns a component's score at each cell, row-major; component 0 varies most. */
  double[] scores(int component) {
    return scores[component].clone();
  }

  /** Paints one pixel per cell; each component is scaled to the range of its central 96%. */
  BufferedImage paint() {
    int cells = scores[0].length;
    BufferedImage image = new BufferedImage(columns, cells / columns, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, columns, cells / columns, rgb(), 0, columns);
    return image;
  }

  /** Returns what {@link #paint} paints: red, green and blue of each cell, row-major. */
  public byte[] bytes() {
    int[] rgb = rgb();
    byte[] bytes = new byte[COMPONENTS * rgb.length];
    for (int cell = 0; cell < rgb.length; cell++) {
      bytes[COMPONENTS * cell] = (byte) (rgb[cell] >> 16);
      bytes[COMPONENTS * cell + 1] = (byte) (rgb[cell] >> 8);
      bytes[COMPONENTS * cell + 2] = (byte) rgb[cell];
    }
    return bytes;
  }

  private int[] rgb() {
    int cells = scores[0].length;
    int[] rgb = new int[cells];
    for (double[] component : scores) {
      double[] sorted = component.clone();
      Arrays.sort(sorted);
      double low = sorted[(int) (OUTLIER_SHARE * (cells - 1))];
      double high = sorted[(int) ((1 - OUTLIER_SHARE) * (cells - 1))];
      for (int cell = 0; cell < cells; cell++) {
        double share = high > low ? (component[cell] - low) / (high - low) : 0.5;
        rgb[cell] = rgb[cell] << 8 | (int) Math.round(255 * Math.max(0, Math.min(1, share)));
      }
    }
    return rgb;
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
