package io.promptstream.encoder;

/**
 * The area of a mask in each cell of the grid of mask logits. All arithmetic is exact, so a mask
 * has the same logits whatever rectangles it was filled from.
 *
 * <p>Each axis has its own unit of length, in which pixels and cells both have whole sizes: a pixel
 * has {@code frame extent * grid size} units, a cell {@code image extent * input size}. A corner of
 * a rectangle adds the quadrant below and to the right of it, so it changes four cells of a second
 * difference, which {@link #logits} sums up in both directions.
 */
final class MaskGrid {
  /** Keeps the area of a cell below 2^63: 2^20 by 2^20 pixels in a frame of 2^10 by 2^10. */
  static final int MAX_SIDE = 1 << 20;

  private final int side;
  private final Axis rows;
  private final Axis columns;
  private final long[] differences;

  /**
   * Creates an empty grid.
   *
   * @param height rows of the image, at most {@link #MAX_SIDE}
   * @param width columns of the image, at most {@link #MAX_SIDE}
   */
  MaskGrid(int height, int width, Profile profile) {
    side = profile.maskInputSize();
    int longest = Math.max(height, width);
    rows = Axis.of(height, longest, profile);
    columns = Axis.of(width, longest, profile);
    differences = new long[side * side];
  }

  /** Adds the pixels of the rows and columns from the first (inclusive) to the last (exclusive). */
  void fill(int firstRow, int firstColumn, int lastRow, int lastColumn) {
    corner(firstRow, firstColumn, 1);
    corner(firstRow, lastColumn, -1);
    corner(lastRow, firstColumn, -1);
    corner(lastRow, lastColumn, 1);
  }

  private void corner(int row, int column, int sign) {
    int i = rows.cell(row);
    int j = columns.cell(column);
    long below = rows.beyond(row);
    long right = columns.beyond(column);
    add(i, j, sign * (rows.cell - below) * (columns.cell - right));
    add(i, j + 1, sign * (rows.cell - below) * right);
    add(i + 1, j, sign * below * (columns.cell - right));
    add(i + 1, j + 1, sign * below * right);
  }

  private void add(int i, int j, long area) {
    if (i < side && j < side) {
      differences[i * side + j] += area;
    }
  }

  /**
   * Returns logits that grow with the area of the mask in a cell, from {@code -magnitude} for none
   * to {@code magnitude} for all of it. What is outside of the image is outside of the mask.
   */
  MaskLogits logits(double magnitude) {
    double cell = (double) rows.cell * columns.cell;
    float[] logits = new float[side * side];
    long[] above = new long[side];
    for (int i = 0; i < side; i++) {
      long row = 0;
      for (int j = 0; j < side; j++) {
        row += differences[i * side + j];
        above[j] += row;
        logits[i * side + j] = (float) (magnitude * (2 * (above[j] / cell) - 1));
      }
    }
    return new MaskLogits(side, side, logits);
  }

  /**
   * One axis of the image.
   *
   * @param pixel units of a pixel
   * @param cell units of a cell
   */
  private record Axis(long pixel, long cell) {
    static Axis of(int extent, int longest, Profile profile) {
      long frame = profile.frameRule().frameExtent(extent, longest, profile.inputSize());
      return new Axis(frame * profile.maskInputSize(), (long) extent * profile.inputSize());
    }

    int cell(int position) {
      return (int) (position * pixel / cell);
    }

    /** Returns how far the position is from the near edge of its cell, in units. */
    long beyond(int position) {
      return position * pixel % cell;
    }
  }
}
