package io.promptstream.schemas.reader;

import java.util.Arrays;

/** Computes a 1x1 convolution, a matrix product over the cells of a grid. */
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
    float[][] planes = new float[channels][];
    for (int k = 0; k < channels; k++) {
      planes[k] = Arrays.copyOfRange(values, k * cells, (k + 1) * cells);
    }
    float[] dense = new float[width * cells];
    float[] row = new float[cells];
    for (int c = 0; c < width; c++) {
      Arrays.fill(row, bias[c]);
      int k = 0;
      for (; k + CHANNELS_AT_ONCE <= channels; k += CHANNELS_AT_ONCE) {
        addFourChannels(row, planes, k, weight, c * channels + k);
      }
      for (; k < channels; k++) {
        addChannel(row, planes[k], weight[c * channels + k]);
      }
      System.arraycopy(row, 0, dense, c * cells, cells);
    }
    return dense;
  }

  // Four channels at a time need a quarter of the loads and stores of the row. The order of the
  // additions is unchanged, so the result is that of one channel at a time. Each plane is a
  // separate array because the JIT does not vectorise a loop over several offsets of one array,
  // which makes it three times slower.
  private static void addFourChannels(
      float[] row, float[][] planes, int firstPlane, float[] weight, int firstWeight) {
    float[] p0 = planes[firstPlane];
    float[] p1 = planes[firstPlane + 1];
    float[] p2 = planes[firstPlane + 2];
    float[] p3 = planes[firstPlane + 3];
    float w0 = weight[firstWeight];
    float w1 = weight[firstWeight + 1];
    float w2 = weight[firstWeight + 2];
    float w3 = weight[firstWeight + 3];
    for (int i = 0; i < row.length; i++) {
      row[i] = row[i] + w0 * p0[i] + w1 * p1[i] + w2 * p2[i] + w3 * p3[i];
    }
  }

  private static void addChannel(float[] row, float[] plane, float weight) {
    for (int i = 0; i < row.length; i++) {
      row[i] += weight * plane[i];
    }
  }
}
