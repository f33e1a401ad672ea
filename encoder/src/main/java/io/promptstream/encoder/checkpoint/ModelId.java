package io.promptstream.encoder.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.encoder.checkpoint.PromptEncoderWeights.MaskDownscalingWeights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes the id of weights, so that a decoder never mixes the embeddings of two models. */
public final class ModelId {
  private static final int HEX_DIGITS = 16;

  private ModelId() {}

  /**
   * Returns the id of weights under a profile: the first 16 hexadecimal digits of a SHA-256,
   * prefixed with {@code seed-N-} for random weights.
   *
   * <p>The digest does not depend on the container, the tensor names or the float type of the
   * checkpoint. Its input is the profile's name in UTF-8 and a zero byte; then, for each tensor of
   * {@link PromptEncoderWeights} in the order of its components, the official name in UTF-8
   * (without {@code .weight} for an embedding), a zero byte, the number of dimensions and each
   * extent as little-endian int32, and the elements, row-major, as little-endian float32.
   *
   * @param profileName name of the model family's profile
   */
  public static String of(PromptEncoderWeights weights, String profileName) {
    MessageDigest digest = sha256();
    updateName(digest, profileName);
    update(
        digest,
        "pe_layer.positional_encoding_gaussian_matrix",
        weights.positionalEncodingGaussianMatrix());
    update(digest, "point_embeddings", weights.pointEmbeddings());
    update(digest, "not_a_point_embed", weights.notAPointEmbed());
    update(digest, "no_mask_embed", weights.noMaskEmbed());
    MaskDownscalingWeights mask = weights.maskDownscaling();
    update(digest, "mask_downscaling.0.weight", mask.conv1Weight());
    update(digest, "mask_downscaling.0.bias", mask.conv1Bias());
    update(digest, "mask_downscaling.1.weight", mask.layerNorm1Weight());
    update(digest, "mask_downscaling.1.bias", mask.layerNorm1Bias());
    update(digest, "mask_downscaling.3.weight", mask.conv2Weight());
    update(digest, "mask_downscaling.3.bias", mask.conv2Bias());
    update(digest, "mask_downscaling.4.weight", mask.layerNorm2Weight());
    update(digest, "mask_downscaling.4.bias", mask.layerNorm2Bias());
    update(digest, "mask_downscaling.6.weight", mask.conv3Weight());
    update(digest, "mask_downscaling.6.bias", mask.conv3Bias());
    String digits = HexFormat.of().formatHex(digest.digest()).substring(0, HEX_DIGITS);
    return weights.origin() instanceof WeightsOrigin.Seed seed
        ? "seed-%d-%s".formatted(seed.value(), digits)
        : digits;
  }

  private static void update(MessageDigest digest, String name, WeightTensor tensor) {
    updateName(digest, name);
    int words = 1 + tensor.shape().size() + tensor.values().length;
    ByteBuffer content = ByteBuffer.allocate(words * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    content.putInt(tensor.shape().size());
    tensor.shape().forEach(content::putInt);
    for (float value : tensor.values()) {
      content.putFloat(value);
    }
    digest.update(content.flip());
  }

  private static void updateName(MessageDigest digest, String name) {
    digest.update(name.getBytes(UTF_8));
    digest.update((byte) 0);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform supports SHA-256", e);
    }
  }
}
