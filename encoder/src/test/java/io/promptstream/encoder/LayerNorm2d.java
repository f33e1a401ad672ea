package io.promptstream.encoder;

import ai.djl.ndarray.NDArray;

/**
 * Normalises over the channels of each position: {@code LayerNorm2d} of {@code segment_anything}.
 *
 * @param weight [1, channels, 1, 1]
 * @param bias [1, channels, 1, 1]
 */
record LayerNorm2d(NDArray weight, NDArray bias) {
  private static final float EPS = 1e-6f;
  private static final int[] CHANNELS = {1};

  /**
   * Normalises.
   *
   * @param x [K, channels, H, W]
   * @return [K, channels, H, W] in the manager of {@code x}
   */
  NDArray forward(NDArray x) {
    NDArray centred = x.sub(x.mean(CHANNELS, true)); // [K, channels, H, W]
    NDArray variance = centred.square().mean(CHANNELS, true); // [K, 1, H, W]
    return centred.divi(variance.addi(EPS).sqrt()).muli(weight).addi(bias);
  }
}
