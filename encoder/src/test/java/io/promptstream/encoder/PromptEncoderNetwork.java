package io.promptstream.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.promptstream.encoder.MaskDownscaling.Conv;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights.MaskDownscalingWeights;
import io.promptstream.encoder.checkpoint.WeightTensor;
import java.util.Arrays;

/**
 * The network as in {@code segment_anything/modeling/prompt_encoder.py}: the textbook form, with
 * which tests compare the encoder's fast form.
 *
 * <p>Every method takes arrays of the caller's manager and returns arrays in it. The weights'
 * manager is capped, so an intermediate result in it causes an exception instead of a leak. C is
 * the embedding width, M the number of mask channels, G the side of the grid.
 */
final class PromptEncoderNetwork {
  private static final Shape STRIDE_1 = new Shape(1, 1);
  private static final Shape STRIDE_2 = new Shape(2, 2);

  private final Profile profile;
  private final PositionEmbeddingRandom peLayer;

  /** [5, C]: row {@code label + 1} is added to the positional encoding for labels −1 to 3. */
  private final NDArray labelEmbeddings;

  private final MaskDownscaling maskDownscaling;

  PromptEncoderNetwork(Profile profile, PromptEncoderWeights weights, NDManager weightsManager) {
    this.profile = profile;
    peLayer = new PositionEmbeddingRandom(
        array(weightsManager, weights.positionalEncodingGaussianMatrix()));
    int width = weights.notAPointEmbed().values().length;
    float[] rows = Arrays.copyOf(weights.notAPointEmbed().values(), 5 * width);
    System.arraycopy(weights.pointEmbeddings().values(), 0, rows, width, 4 * width);
    labelEmbeddings = weightsManager.create(rows, new Shape(5, width));
    maskDownscaling = maskDownscaling(weightsManager, weights.maskDownscaling());
    weightsManager.cap();
  }

  private static MaskDownscaling maskDownscaling(
      NDManager manager, MaskDownscalingWeights weights) {
    return new MaskDownscaling(
        conv(manager, weights.conv1Weight(), weights.conv1Bias(), STRIDE_2),
        layerNorm(manager, weights.layerNorm1Weight(), weights.layerNorm1Bias()),
        conv(manager, weights.conv2Weight(), weights.conv2Bias(), STRIDE_2),
        layerNorm(manager, weights.layerNorm2Weight(), weights.layerNorm2Bias()),
        conv(manager, weights.conv3Weight(), weights.conv3Bias(), STRIDE_1));
  }

  private static Conv conv(
      NDManager manager, WeightTensor weight, WeightTensor bias, Shape stride) {
    return new Conv(array(manager, weight), array(manager, bias), stride);
  }

  private static LayerNorm2d layerNorm(NDManager manager, WeightTensor weight, WeightTensor bias) {
    Shape perChannel = new Shape(1, weight.values().length, 1, 1);
    return new LayerNorm2d(
        manager.create(weight.values(), perChannel), manager.create(bias.values(), perChannel));
  }

  private static NDArray array(NDManager manager, WeightTensor tensor) {
    long[] shape = tensor.shape().stream().mapToLong(Integer::longValue).toArray();
    return manager.create(tensor.values(), new Shape(shape));
  }

  /**
   * Embeds points, corners and padding: {@code _embed_points} and {@code _embed_boxes}, which
   * differ only in their labels.
   *
   * @param coords [M, 2], x and y in the model frame
   * @param labels [M], int32, −1 to 3
   * @return [M, C]
   */
  NDArray embedTokens(NDArray coords, NDArray labels) {
    NDManager session = coords.getManager();
    NDArray pixelCentres = coords.add(0.5f);
    NDArray pe = peLayer.peEncoding(pixelCentres.div(profile.inputSize())); // [M, C]
    NDArray isPoint = labels.neq(-1).toType(coords.getDataType(), false).reshape(-1, 1); // [M, 1]
    NDArray added = labelEmbeddings.get(session, new NDIndex("{}", labels.add(1))); // [M, C]
    return pe.muli(isPoint).addi(added);
  }

  /**
   * Applies the mask branch without its last convolution: [K, 1, 4G, 4G] to [K, M, G, G].
   *
   * @see MaskDownscaling#activations
   */
  NDArray maskActivations(NDArray masks) {
    return maskDownscaling.activations(masks);
  }

  /** Applies the last convolution of the mask branch: [K, M, G, G] to [K, C, G, G]. */
  NDArray projectMasks(NDArray activations) {
    return maskDownscaling.project(activations);
  }
}
