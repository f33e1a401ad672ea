package io.promptstream.encoder;

import io.promptstream.encoder.checkpoint.PromptEncoderTensor;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;

/**
 * The convolutions of the mask branch as row-major matrices over blocks of 4×4 logits, including
 * the centring of the layer norms. M is the number of mask channels, m a quarter of it, C the
 * embedding width.
 *
 * <p>In a block, the first convolution (2×2, stride 2) is applied at the four positions (p, q) of a
 * 2×2 grid, and the second convolution joins the results. Output channel o of the first convolution
 * at (p, q) is Σ weight[o, 0, a, b] · logit[2p + a, 2q + b] + bias[o]: row 4o + 2p + q of a matrix
 * whose column 4i + j is logit (i, j). With this order of rows, the second convolution's weight [M,
 * m, 2, 2] is the matrix [M, 4m] without any change.
 *
 * <p>A layer norm first subtracts the mean over the output channels. The mean of a linear map's
 * outputs is the output of the mean of its rows, so subtracting this mean from every row (and from
 * the bias) gives centred outputs.
 *
 * @param quarter m
 * @param conv1 [4m, 17], centred, the bias last
 * @param conv2 [M, 4m], centred
 * @param conv2Bias [M], centred
 * @param conv3 [C, M + 1], the bias last
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MaskMatrices(int quarter, float[] conv1, float[] conv2, float[] conv2Bias, float[] conv3) {
  private static final int LOGITS = 16;

  static MaskMatrices of(PromptEncoderWeights weights) {
    float[] bias1 = weights.values(PromptEncoderTensor.CONV_1_BIAS);
    float[] bias2 = weights.values(PromptEncoderTensor.CONV_2_BIAS);
    float[] bias3 = weights.values(PromptEncoderTensor.CONV_3_BIAS);
    return new MaskMatrices(
        bias1.length,
        atFourPositions(
            centred(weights.values(PromptEncoderTensor.CONV_1_WEIGHT), bias1.length),
            centred(bias1, bias1.length)),
        centred(weights.values(PromptEncoderTensor.CONV_2_WEIGHT), bias2.length),
        centred(bias2, bias2.length),
        withBias(weights.values(PromptEncoderTensor.CONV_3_WEIGHT), bias3));
  }

  /** Subtracts the mean over the output channels, which come first. */
  private static float[] centred(float[] values, int channels) {
    int inputs = values.length / channels;
    float[] centred = new float[values.length];
    for (int i = 0; i < inputs; i++) {
      double mean = 0;
      for (int o = 0; o < channels; o++) {
        mean += values[o * inputs + i] / (double) channels;
      }
      for (int o = 0; o < channels; o++) {
        centred[o * inputs + i] = (float) (values[o * inputs + i] - mean);
      }
    }
    return centred;
  }

  private static float[] atFourPositions(float[] weight, float[] bias) {
    float[] matrix = new float[bias.length * 4 * (LOGITS + 1)];
    for (int row = 0; row < 4 * bias.length; row++) {
      int o = row / 4;
      int p = row / 2 % 2;
      int q = row % 2;
      for (int a = 0; a < 2; a++) {
        for (int b = 0; b < 2; b++) {
          int logit = 4 * (2 * p + a) + 2 * q + b;
          matrix[row * (LOGITS + 1) + logit] = weight[o * 4 + 2 * a + b];
        }
      }
      matrix[row * (LOGITS + 1) + LOGITS] = bias[o];
    }
    return matrix;
  }

  private static float[] withBias(float[] weight, float[] bias) {
    int inputs = weight.length / bias.length;
    float[] matrix = new float[bias.length * (inputs + 1)];
    for (int o = 0; o < bias.length; o++) {
      System.arraycopy(weight, o * inputs, matrix, o * (inputs + 1), inputs);
      matrix[o * (inputs + 1) + inputs] = bias[o];
    }
    return matrix;
  }
}
