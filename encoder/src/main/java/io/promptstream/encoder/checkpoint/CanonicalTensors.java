package io.promptstream.encoder.checkpoint;

import io.promptstream.encoder.checkpoint.PromptEncoderTensor.Sizes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Splits weights into the tensors of a checkpoint: the inverse of {@link WeightsAssembly}. */
final class CanonicalTensors {
  private final PromptEncoderWeights weights;
  private final Sizes sizes;
  private final Map<PromptEncoderTensor, float[]> values = new EnumMap<>(PromptEncoderTensor.class);

  private CanonicalTensors(PromptEncoderWeights weights) {
    this.weights = weights;
    this.sizes = new Sizes(
        weights.noMaskEmbed().values().length,
        weights.maskDownscaling().conv2Bias().values().length);
    for (PromptEncoderTensor tensor : PromptEncoderTensor.values()) {
      values.put(tensor, values(tensor));
    }
  }

  static CanonicalTensors of(PromptEncoderWeights weights) {
    return new CanonicalTensors(weights);
  }

  /**
   * A tensor as a checkpoint stores it.
   *
   * @param name the official name
   * @param data float32, little-endian, row-major
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Named(String name, List<Long> shape, byte[] data) {}

  /**
   * Returns all tensors in the order of {@link PromptEncoderTensor}, under the names of the
   * family's own code, so that a reader can detect the family from the names.
   */
  List<Named> ofFamily() {
    FamilyDetector naming = switch (weights.family()) {
      case SAM -> FamilyDetector.SEGMENT_ANYTHING;
      case SAM2 -> FamilyDetector.SAM2;
      case SAM3_TRACKER -> FamilyDetector.SAM3_TRACKER;
    };
    return named(tensor -> naming.names(tensor).get(0));
  }

  private List<Named> named(Function<PromptEncoderTensor, String> names) {
    return values.entrySet().stream()
        .map(entry -> new Named(
            names.apply(entry.getKey()), entry.getKey().shape(sizes), bytes(entry.getValue())))
        .toList();
  }

  /**
   * Returns the digest that pins the weights: the SHA-256 of all tensors in order. Each tensor
   * contributes a line in UTF-8 with its official name and its shape, such as
   * {@code no_mask_embed.weight [1, 256]}, and its elements as little-endian float32.
   *
   * @return 64 hexadecimal digits
   */
  String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Named tensor : named(PromptEncoderTensor::officialName)) {
        String head = "%s %s\n".formatted(tensor.name(), tensor.shape());
        digest.update(head.getBytes(StandardCharsets.UTF_8));
        digest.update(tensor.data());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform supports SHA-256", e);
    }
  }

  private float[] values(PromptEncoderTensor tensor) {
    PromptEncoderWeights.MaskDownscalingWeights mask = weights.maskDownscaling();
    WeightTensor found = switch (tensor) {
      case GAUSSIAN_MATRIX -> weights.positionalEncodingGaussianMatrix();
      case POINT_EMBEDDING_0 -> pointEmbedding(0);
      case POINT_EMBEDDING_1 -> pointEmbedding(1);
      case POINT_EMBEDDING_2 -> pointEmbedding(2);
      case POINT_EMBEDDING_3 -> pointEmbedding(3);
      case NOT_A_POINT -> weights.notAPointEmbed();
      case NO_MASK -> weights.noMaskEmbed();
      case CONV_1_WEIGHT -> mask.conv1Weight();
      case CONV_1_BIAS -> mask.conv1Bias();
      case LAYER_NORM_1_WEIGHT -> mask.layerNorm1Weight();
      case LAYER_NORM_1_BIAS -> mask.layerNorm1Bias();
      case CONV_2_WEIGHT -> mask.conv2Weight();
      case CONV_2_BIAS -> mask.conv2Bias();
      case LAYER_NORM_2_WEIGHT -> mask.layerNorm2Weight();
      case LAYER_NORM_2_BIAS -> mask.layerNorm2Bias();
      case CONV_3_WEIGHT -> mask.conv3Weight();
      case CONV_3_BIAS -> mask.conv3Bias();
    };
    return found.values();
  }

  private WeightTensor pointEmbedding(int row) {
    int width = sizes.embeddingWidth();
    float[] stacked = weights.pointEmbeddings().values();
    return new WeightTensor(
        List.of(1, width), Arrays.copyOfRange(stacked, row * width, (row + 1) * width));
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }
}
