package io.promptstream.encoder.checkpoint;

import static io.promptstream.encoder.checkpoint.PromptEncoderTensor.*;

import io.promptstream.encoder.checkpoint.PromptEncoderTensor.Sizes;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights.MaskDownscalingWeights;
import java.util.List;
import java.util.Map;

/**
 * Converts a complete set of tensors to the form that the network uses: the four point embeddings
 * are stacked, embeddings of one row become vectors.
 */
final class WeightsAssembly {
  private final Map<PromptEncoderTensor, float[]> values;
  private final Sizes sizes;

  private WeightsAssembly(Map<PromptEncoderTensor, float[]> values, Sizes sizes) {
    this.values = values;
    this.sizes = sizes;
  }

  /**
   * Assembles the weights.
   *
   * @param values the elements of every tensor, row-major, in the shape that follows from the sizes
   */
  static PromptEncoderWeights assemble(
      Map<PromptEncoderTensor, float[]> values,
      Sizes sizes,
      TensorNames names,
      WeightsOrigin origin) {
    WeightsAssembly assembly = new WeightsAssembly(values, sizes);
    return new PromptEncoderWeights(
        assembly.tensor(GAUSSIAN_MATRIX),
        assembly.pointEmbeddings(),
        assembly.vector(NOT_A_POINT),
        assembly.vector(NO_MASK),
        assembly.maskDownscaling(),
        names,
        origin);
  }

  private MaskDownscalingWeights maskDownscaling() {
    return new MaskDownscalingWeights(
        tensor(CONV_1_WEIGHT),
        tensor(CONV_1_BIAS),
        tensor(LAYER_NORM_1_WEIGHT),
        tensor(LAYER_NORM_1_BIAS),
        tensor(CONV_2_WEIGHT),
        tensor(CONV_2_BIAS),
        tensor(LAYER_NORM_2_WEIGHT),
        tensor(LAYER_NORM_2_BIAS),
        tensor(CONV_3_WEIGHT),
        tensor(CONV_3_BIAS));
  }

  private WeightTensor pointEmbeddings() {
    int rows = POINT_EMBEDDINGS.size();
    int width = sizes.embeddingWidth();
    float[] stacked = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(values(POINT_EMBEDDINGS.get(row)), 0, stacked, row * width, width);
    }
    return new WeightTensor(List.of(rows, width), stacked);
  }

  private WeightTensor vector(PromptEncoderTensor tensor) {
    return new WeightTensor(List.of(sizes.embeddingWidth()), values(tensor));
  }

  private WeightTensor tensor(PromptEncoderTensor tensor) {
    List<Integer> shape = tensor.shape(sizes).stream().map(Math::toIntExact).toList();
    return new WeightTensor(shape, values(tensor));
  }

  private float[] values(PromptEncoderTensor tensor) {
    float[] elements = values.get(tensor);
    if (elements == null) {
      throw new IllegalArgumentException(tensor + " is missing");
    }
    return elements;
  }
}
