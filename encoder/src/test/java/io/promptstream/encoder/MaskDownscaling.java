package io.promptstream.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;

/**
 * The mask branch: {@code PromptEncoder.mask_downscaling} of {@code segment_anything}, which scales
 * masks down four times and projects them to the embedding's channels. M is the number of mask
 * channels, C the embedding width.
 *
 * @param conv1 1 → M / 4 channels, 2×2, stride 2
 * @param layerNorm1 M / 4 channels
 * @param conv2 M / 4 → M channels, 2×2, stride 2
 * @param layerNorm2 M channels
 * @param conv3 M → C channels, 1×1
 */
record MaskDownscaling(
    Conv conv1, LayerNorm2d layerNorm1, Conv conv2, LayerNorm2d layerNorm2, Conv conv3) {

  /**
   * A convolution's parameters.
   *
   * @param weight [out channels, in channels, height, width]
   * @param bias [out channels]
   */
  record Conv(NDArray weight, NDArray bias, Shape stride) {
    NDArray forward(NDArray x) {
      return Conv2d.conv2d(x, weight, bias, stride).singletonOrThrow();
    }
  }

  /**
   * Applies everything before the last convolution.
   *
   * @param masks [K, 1, H, W] logits
   * @return [K, M, H / 4, W / 4]
   */
  NDArray activations(NDArray masks) {
    NDArray x =
        Activation.gelu(layerNorm1.forward(conv1.forward(masks))); // [K, M / 4, H / 2, W / 2]
    return Activation.gelu(layerNorm2.forward(conv2.forward(x)));
  }

  /**
   * Applies the last convolution, which is linear.
   *
   * @param activations [K, M, H, W]
   * @return [K, C, H, W]
   */
  NDArray project(NDArray activations) {
    return conv3.forward(activations);
  }
}
