package io.promptstream.encoder;

import static java.util.Objects.requireNonNull;

/**
 * How an encoder is loaded.
 *
 * @param checkpoint the file of the weights, or {@code seed:N} for drawn ones
 * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
 * @param dataType element type of the embeddings
 * @param denseFormat form of the dense embedding of a prompt with a mask
 * @param maxPoints how many points a prompt may have
 */
public record EncoderOptions(
    String checkpoint, String device, DataType dataType, DenseFormat denseFormat, int maxPoints) {
  public EncoderOptions {
    requireNonNull(checkpoint, "checkpoint");
    requireNonNull(device, "device");
    requireNonNull(dataType, "dataType");
    requireNonNull(denseFormat, "denseFormat");
    if (maxPoints < 0) {
      throw new IllegalArgumentException("maxPoints is negative: " + maxPoints);
    }
  }
}
