package io.promptstream.encoder;

import static io.promptstream.encoder.checkpoint.PromptEncoderTensor.CONV_1_BIAS;
import static io.promptstream.encoder.checkpoint.PromptEncoderTensor.CONV_1_WEIGHT;
import static io.promptstream.encoder.checkpoint.PromptEncoderTensor.CONV_2_BIAS;
import static io.promptstream.encoder.checkpoint.PromptEncoderTensor.CONV_2_WEIGHT;
import static io.promptstream.encoder.checkpoint.PromptEncoderTensor.CONV_3_BIAS;
import static io.promptstream.encoder.checkpoint.PromptEncoderTensor.CONV_3_WEIGHT;
import static io.promptstream.encoder.checkpoint.PromptEncoderTensor.LAYER_NORM_1_BIAS;
import static io.promptstream.encoder.checkpoint.PromptEncoderTensor.LAYER_NORM_1_WEIGHT;
import static io.promptstream.encoder.checkpoint.PromptEncoderTensor.LAYER_NORM_2_BIAS;
import static io.promptstream.encoder.checkpoint.PromptEncoderTensor.LAYER_NORM_2_WEIGHT;

import io.promptstream.encoder.checkpoint.PromptEncoderTensor;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;

/**
 * The network in plain loops and double arithmetic, for any size: the reference for tests without a
 * fixture.
 */
final class ReferenceNetwork {
  private final Profile profile;
  private final PromptEncoderWeights weights;

  ReferenceNetwork(Profile profile, PromptEncoderWeights weights) {
    this.profile = profile;
    this.weights = weights;
  }

  /** Returns [tokens, C]. */
  float[] sparse(FramedPrompt prompt) {
    int width = width();
    float[] tokens = new float[prompt.tokens() * width];
    for (int t = 0; t < prompt.tokens(); t++) {
      int label = prompt.labels()[t];
      double x = (prompt.coordinates()[2 * t] + 0.5) / profile.inputSize();
      double y = (prompt.coordinates()[2 * t + 1] + 0.5) / profile.inputSize();
      double[] pe = positionalEncoding(x, y);
      for (int c = 0; c < width; c++) {
        double value = label == -1
            ? weights.values(PromptEncoderTensor.NOT_A_POINT)[c]
            : pe[c] + weights.values(PromptEncoderTensor.POINT_EMBEDDINGS)[label * width + c];
        tokens[t * width + c] = (float) value;
      }
    }
    return tokens;
  }

  /** Returns [C, G, G]. */
  float[] densePositionalEncoding() {
    int grid = profile.gridSize();
    float[] dense = new float[width() * grid * grid];
    for (int row = 0; row < grid; row++) {
      for (int column = 0; column < grid; column++) {
        double[] pe = positionalEncoding((column + 0.5) / grid, (row + 0.5) / grid);
        for (int c = 0; c < pe.length; c++) {
          dense[(c * grid + row) * grid + column] = (float) pe[c];
        }
      }
    }
    return dense;
  }

  private double[] positionalEncoding(double x, double y) {
    float[] gaussian = weights.values(PromptEncoderTensor.GAUSSIAN_MATRIX);
    int half = gaussian.length / 2;
    double[] pe = new double[2 * half];
    for (int f = 0; f < half; f++) {
      double angle = 2 * Math.PI * ((2 * x - 1) * gaussian[f] + (2 * y - 1) * gaussian[half + f]);
      pe[f] = Math.sin(angle);
      pe[half + f] = Math.cos(angle);
    }
    return pe;
  }

  /** Returns [C, G, G] for a mask [4G, 4G]. */
  float[] dense(float[] mask) {
    int side = profile.maskInputSize();
    double[] x = new double[mask.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = mask[i];
    }
    x = convolution(x, side, CONV_1_WEIGHT, CONV_1_BIAS, 2);
    normAndGelu(x, side / 2, LAYER_NORM_1_WEIGHT, LAYER_NORM_1_BIAS);
    x = convolution(x, side / 2, CONV_2_WEIGHT, CONV_2_BIAS, 2);
    normAndGelu(x, side / 4, LAYER_NORM_2_WEIGHT, LAYER_NORM_2_BIAS);
    x = convolution(x, side / 4, CONV_3_WEIGHT, CONV_3_BIAS, 1);
    float[] dense = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      dense[i] = (float) x[i];
    }
    return dense;
  }

  /** A convolution whose kernel is as large as its stride. */
  private double[] convolution(
      double[] in, int side, PromptEncoderTensor kernel, PromptEncoderTensor offsets, int stride) {
    float[] weight = weights.values(kernel);
    float[] bias = weights.values(offsets);
    int outChannels = bias.length;
    int inChannels = weight.length / (outChannels * stride * stride);
    int outSide = side / stride;
    double[] out = new double[outChannels * outSide * outSide];
    for (int i = 0; i < out.length; i++) {
      int o = i / (outSide * outSide);
      int row = i / outSide % outSide * stride;
      int column = i % outSide * stride;
      double sum = bias[o];
      for (int k = 0; k < inChannels * stride * stride; k++) {
        int channel = k / (stride * stride);
        int place = (row + k / stride % stride) * side + column + k % stride;
        sum += (double) weight[o * inChannels * stride * stride + k]
            * in[channel * side * side + place];
      }
      out[i] = sum;
    }
    return out;
  }

  private void normAndGelu(
      double[] x, int side, PromptEncoderTensor scales, PromptEncoderTensor offsets) {
    float[] weight = weights.values(scales);
    float[] bias = weights.values(offsets);
    int channels = weight.length;
    int places = side * side;
    for (int place = 0; place < places; place++) {
      double mean = 0;
      for (int c = 0; c < channels; c++) {
        mean += x[c * places + place] / channels;
      }
      double variance = 0;
      for (int c = 0; c < channels; c++) {
        variance += Math.pow(x[c * places + place] - mean, 2) / channels;
      }
      for (int c = 0; c < channels; c++) {
        double normed = (x[c * places + place] - mean) / Math.sqrt(variance + 1e-6);
        double value = weight[c] * normed + bias[c];
        x[c * places + place] = value * 0.5 * (1 + erf(value / Math.sqrt(2)));
      }
    }
  }

  /** Computes erf by its Taylor series, which is accurate enough for the small arguments here. */
  private static double erf(double x) {
    if (Math.abs(x) > 5) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  private int width() {
    return weights.values(PromptEncoderTensor.NOT_A_POINT).length;
  }
}
