package io.promptstream.workbench.report;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;

/** Cosine similarity, from −1 to 1, to each cell of the grid. */
public final class SimilarityMap {
  private final int side;
  private final double[] cosines;

  /**
   * @param side rows and columns
   * @param cosines [side, side], row-major
   */
  SimilarityMap(int side, double[] cosines) {
    this.side = side;
    this.cosines = cosines.clone();
  }

  /**
   * Returns the largest similarity at every cell.
   *
   * @param maps at least one, all of the same size
   */
  static SimilarityMap max(List<SimilarityMap> maps) {
    double[] largest = maps.get(0).cosines.clone();
    for (SimilarityMap map : maps) {
      Arrays.setAll(largest, cell -> Math.max(largest[cell], map.cosines[cell]));
    }
    return new SimilarityMap(maps.get(0).side, largest);
  }

  double at(int row, int column) {
    return cosines[row * side + column];
  }

  /** Returns the similarities [side, side], row-major, from 0 (none) to 255 (1). */
  public byte[] bytes() {
    byte[] bytes = new byte[cosines.length];
    for (int cell = 0; cell < bytes.length; cell++) {
      bytes[cell] = (byte) Math.round(255 * Math.max(0, Math.min(1, cosines[cell])));
    }
    return bytes;
  }

  /** Returns the largest similarity. */
  double peak() {
    return Arrays.stream(cosines).max().orElse(0);
  }

  /**
   * Paints one pixel per cell. The scale starts at 0, not at the smallest value, so that a map
   * without similar cells stays dark.
   *
   * @param white similarity of the brightest colour
   */
  BufferedImage paint(double white) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int cell = 0; cell < cosines.length; cell++) {
      image.setRGB(
          cell % side, cell / side, ColourMap.VIRIDIS.rgb(white > 0 ? cosines[cell] / white : 0));
    }
    return image;
  }
}
