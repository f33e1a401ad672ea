package io.promptstream.encoder.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The prompt encoder's weights.
 *
 * @param tensors the elements of every tensor, widened to float32, row-major in the shape of
 *     {@link #shape}; the arrays must not change
 * @param families the families that use the checkpoint's tensor names, the default first; all
 *     families for random weights
 * @param exampleName the name of one tensor in the checkpoint, empty for random weights
 * @param origin where the weights come from
 */
public record PromptEncoderWeights(
    Map<PromptEncoderTensor, float[]> tensors,
    List<Family> families,
    String exampleName,
    WeightsOrigin origin) {
  private static final int MODEL_ID_DIGITS = 16;

  /**
   * Creates weights.
   *
   * @throws IllegalArgumentException if a tensor is missing or has another shape than the others
   *     require, or if there is no family
   */
  public PromptEncoderWeights {
    tensors = Collections.unmodifiableMap(new EnumMap<>(tensors));
    families = List.copyOf(families);
    requireNonNull(exampleName, "exampleName");
    requireNonNull(origin, "origin");
    if (tensors.size() < PromptEncoderTensor.values().length || families.isEmpty()) {
      throw new IllegalArgumentException(
          "incomplete weights: %s of %s".formatted(tensors.keySet(), families));
    }
    for (Map.Entry<PromptEncoderTensor, float[]> entry : tensors.entrySet()) {
      List<Long> shape = shape(tensors, entry.getKey());
      if (entry.getValue().length != shape.stream().reduce(1L, Math::multiplyExact)) {
        throw new IllegalArgumentException("%s has %d elements, expected shape %s"
            .formatted(entry.getKey(), entry.getValue().length, shape));
      }
    }
  }

  /** Returns the elements of a tensor, row-major. */
  public float[] values(PromptEncoderTensor tensor) {
    return values(tensors, tensor);
  }

  private static float[] values(
      Map<PromptEncoderTensor, float[]> tensors, PromptEncoderTensor tensor) {
    return requireNonNull(tensors.get(tensor));
  }

  /** Returns the extent of each dimension of a tensor, outermost first. */
  public List<Long> shape(PromptEncoderTensor tensor) {
    return shape(tensors, tensor);
  }

  private static List<Long> shape(
      Map<PromptEncoderTensor, float[]> tensors, PromptEncoderTensor tensor) {
    return tensor.shape(
        values(tensors, PromptEncoderTensor.NO_MASK).length,
        values(tensors, PromptEncoderTensor.CONV_2_BIAS).length);
  }

  /** Returns C, the length of a token. */
  public int embeddingWidth() {
    return values(PromptEncoderTensor.NO_MASK).length;
  }

  /** Returns M, the number of channels before the last convolution of the mask branch. */
  public int maskChannels() {
    return values(PromptEncoderTensor.CONV_2_BIAS).length;
  }

  /** Returns the model family detected from the names, the most likely one if several match. */
  public Family family() {
    return families.get(0);
  }

  /**
   * Checks that the weights can belong to a family.
   *
   * @throws CheckpointException if their names are those of another family
   */
  public void requireFamily(Family expected) {
    if (!families.contains(expected)) {
      throw new CheckpointException(
          "Checkpoint %s: its tensors have the names of %s, such as %s, expected those of %s"
              .formatted(source(), Family.names(families), exampleName, expected.profileName()),
          null);
    }
  }

  /** Returns a description of the origin for messages. */
  public String source() {
    return origin.description();
  }

  /** Returns whether the weights are random and not trained. */
  public boolean isRandom() {
    return origin instanceof WeightsOrigin.Seed;
  }

  /**
   * Returns the id of the weights under a profile, so that a decoder never mixes the embeddings of
   * two models: the first 16 digits of {@link #sha256}, prefixed with {@code seed-N-} for random
   * weights.
   *
   * @param profileName name of the model family's profile
   */
  public String modelId(String profileName) {
    String digits = sha256(profileName).substring(0, MODEL_ID_DIGITS);
    return origin instanceof WeightsOrigin.Seed seed
        ? "seed-%d-%s".formatted(seed.value(), digits)
        : digits;
  }

  /**
   * Returns the SHA-256 of the weights under a profile. It does not depend on the container, the
   * tensor names or the float type of the checkpoint.
   *
   * <p>Its input is the profile's name in UTF-8 and a zero byte; then, for each
   * {@link PromptEncoderTensor} in order, the name in {@code segment_anything} in UTF-8 (without
   * {@code .weight} for an embedding), a zero byte, the number of dimensions and each extent as
   * little-endian int32, and the elements, row-major, as little-endian float32.
   *
   * @param profileName name of the model family's profile
   * @return 64 hexadecimal digits
   */
  String sha256(String profileName) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((profileName + '\0').getBytes(UTF_8));
      tensors.forEach((tensor, values) -> {
        List<Long> shape = shape(tensor);
        ByteBuffer content = ByteBuffer.allocate((1 + shape.size() + values.length) * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(shape.size());
        shape.forEach(extent -> content.putInt(extent.intValue()));
        content.asFloatBuffer().put(values);
        digest.update((tensor.officialName() + '\0').getBytes(UTF_8));
        digest.update(content.array());
      });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform supports SHA-256", e);
    }
  }
}
