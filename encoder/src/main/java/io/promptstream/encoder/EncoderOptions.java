package io.promptstream.encoder;

import static java.util.Objects.requireNonNull;

import io.promptstream.encoder.checkpoint.SourceName;

/**
 * How an encoder is loaded.
 *
 * @param checkpoint the file of the weights, or {@code seed:N} for drawn ones
 * @param profile {@code auto}, or the name of a profile where the checkpoint's names do not tell
 *     the right one
 * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
 * @param dataType element type of the embeddings
 * @param denseFormat form of the dense embedding of a prompt with a mask
 * @param maxPoints how many points a prompt may have
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
    if (!ProfileSetting.isValid(profile)) {
      throw new IllegalArgumentException(
          "profile is '%s', must be one of %s".formatted(profile, ProfileSetting.values()));
    }
    if (maxPoints < 0) {
      throw new IllegalArgumentException("maxPoints is negative: " + maxPoints);
    }
  }

  /** Options with the profile that the checkpoint's names tell. */
  public EncoderOptions(
      String checkpoint, String device, DataType dataType, DenseFormat denseFormat, int maxPoints) {
    this(checkpoint, ProfileSetting.AUTO, device, dataType, denseFormat, maxPoints);
  }

  /** Shows the checkpoint's address without its query and password, which are secrets. */
  @Override
  public String toString() {
    return "EncoderOptions[checkpoint=%s, profile=%s, device=%s, dataType=%s, denseFormat=%s, maxPoints=%d]"
        .formatted(SourceName.shown(checkpoint), profile, device, dataType, denseFormat, maxPoints);
  }
}
