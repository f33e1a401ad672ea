package io.promptstream.schemas.reader;

import java.util.Arrays;

/** A 1x1 convolution, which is a matrix product over the cells of a grid. */
final class Projector {
  private static final int CHANNELS_AT_ONCE = 4;

  private Projector() {}

  /**
   * Returns dense[c, i] = bias[c] + sum over k of weight[c, k] * values[k, i].
   *
   * @param weight [width, channels]
   * @param values [channels, cells]
   * @param bias [width]
   * @return [width, cells]
   */
  static float[] project(float[] weight, float[] values, float[] bias) {
    int width = bias.length;
    int channels = weight.length / width;
    int cells = values.length / channels;
    float[] dense = new float[width * cells];
    float[] row = new float[cells];
    for (int c = 0; c < width; c++) {
      Arrays.fill(row, bias[c]);
      int k = 0;
      for (; k + CHANNELS_AT_ONCE <= channels; k += CHANNELS_AT_ONCE) {
        addFourChannels(row, values, k * cells, weight, c * channels + k);
      }
      for (; k < channels; k++) {
        addChannel(row, values, k * cells, weight[c * channels + k]);
      }
      System.arraycopy(row, 0, dense, c * cells, cells);
    }
    return dense;
  }

  // Four at a time quarters the loads and stores of the row. The additions keep their order, so the
  // result is that of one at a time.
  private static void addFourChannels(
      float[] row, float[] values, int first, float[] weight, int firstWeight) {
    float w0 = weight[firstWeight];
    float w1 = weight[firstWeight + 1];
    float w2 = weight[firstWeight + 2];
    float w3 = weight[firstWeight + 3];
    int cells = row.length;
    int second = first + cells;
    int third = second + cells;
    int fourth = third + cells;
    for (int i = 0; i < cells; i++) {
      row[i] = row[i]
          + w0 * values[first + i]
          + w1 * values[second + i]
          + w2 * values[third + i]
          + w3 * values[fourth + i];
    }
  }

  private static void addChannel(float[] row, float[] values, int first, float weight) {
    for (int i = 0; i < row.length; i++) {
      row[i] += weight * values[first + i];
    }
  }
}
