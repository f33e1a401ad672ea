package io.promptstream.encoder;

import static java.util.Objects.requireNonNull;

import io.promptstream.encoder.checkpoint.SourceName;

/**
 * The options that an encoder is loaded with.
 *
 * @param checkpoint the checkpoint file, or {@code seed:N} for random weights
 * @param profile {@code auto}, or the name of a profile if the checkpoint's tensor names do not
 *     identify the right one
 * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
 * @param dataType element type of the embeddings
 * @param denseFormat form of the dense embedding of a prompt with a mask
 * @param maxPoints maximum number of points in a prompt
 */
public record EncoderOptions(
    String checkpoint,
    String profile,
    String device,
    DataType dataType,
    DenseFormat denseFormat,
    int maxPoints) {
  public EncoderOptions {
    requireNonNull(checkpoint, "checkpoint");
    requireNonNull(profile, "profile");
    requireNonNull(device, "device");
    requireNonNull(dataType, "dataType");
    requireNonNull(denseFormat, "denseFormat");
    if (!Profile.settings().contains(profile)) {
      throw new IllegalArgumentException("profile is '%s', must be one of %s"
          .formatted(profile, String.join(", ", Profile.settings())));
    }
    if (maxPoints < 0) {
      throw new IllegalArgumentException("maxPoints is negative: " + maxPoints);
    }
  }

  /** Creates options with profile {@code auto}. */
  public EncoderOptions(
      String checkpoint, String device, DataType dataType, DenseFormat denseFormat, int maxPoints) {
    this(checkpoint, Profile.AUTO, device, dataType, denseFormat, maxPoints);
  }

  /** Omits the query and the password of the checkpoint's address, which are secrets. */
  @Override
  public String toString() {
    return "EncoderOptions[checkpoint=%s, profile=%s, device=%s, dataType=%s, denseFormat=%s, maxPoints=%d]"
        .formatted(SourceName.shown(checkpoint), profile, device, dataType, denseFormat, maxPoints);
  }
}
