package io.promptstream.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.promptstream.encoder.MaskDownscaling.Conv;
import io.promptstream.encoder.checkpoint.PromptEncoderTensor;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
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
        array(weightsManager, weights, PromptEncoderTensor.GAUSSIAN_MATRIX));
    int width = weights.values(PromptEncoderTensor.NOT_A_POINT).length;
    float[] rows = Arrays.copyOf(weights.values(PromptEncoderTensor.NOT_A_POINT), 5 * width);
    System.arraycopy(
        weights.values(PromptEncoderTensor.POINT_EMBEDDINGS), 0, rows, width, 4 * width);
    labelEmbeddings = weightsManager.create(rows, new Shape(5, width));
    maskDownscaling = maskDownscaling(weightsManager, weights);
    weightsManager.cap();
  }

  private static MaskDownscaling maskDownscaling(NDManager manager, PromptEncoderWeights weights) {
    return new MaskDownscaling(
        new Conv(
            array(manager, weights, PromptEncoderTensor.CONV_1_WEIGHT),
            array(manager, weights, PromptEncoderTensor.CONV_1_BIAS),
            STRIDE_2),
        layerNorm(
            manager,
            weights.values(PromptEncoderTensor.LAYER_NORM_1_WEIGHT),
            weights.values(PromptEncoderTensor.LAYER_NORM_1_BIAS)),
        new Conv(
            array(manager, weights, PromptEncoderTensor.CONV_2_WEIGHT),
            array(manager, weights, PromptEncoderTensor.CONV_2_BIAS),
            STRIDE_2),
        layerNorm(
            manager,
            weights.values(PromptEncoderTensor.LAYER_NORM_2_WEIGHT),
            weights.values(PromptEncoderTensor.LAYER_NORM_2_BIAS)),
        new Conv(
            array(manager, weights, PromptEncoderTensor.CONV_3_WEIGHT),
            array(manager, weights, PromptEncoderTensor.CONV_3_BIAS),
            STRIDE_1));
  }

  private static LayerNorm2d layerNorm(NDManager manager, float[] weight, float[] bias) {
    Shape perChannel = new Shape(1, weight.length, 1, 1);
    return new LayerNorm2d(manager.create(weight, perChannel), manager.create(bias, perChannel));
  }

  private static NDArray array(
      NDManager manager, PromptEncoderWeights weights, PromptEncoderTensor tensor) {
    return manager.create(weights.values(tensor), new Shape(weights.shape(tensor)));
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
