package io.promptstream.encoder;

import io.promptstream.encoder.checkpoint.Family;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The setting that tells the model family, or leaves it to the checkpoint's names. */
public final class ProfileSetting {
  /** Takes the family that the names in the checkpoint tell. */
  public static final String AUTO = "auto";

  private ProfileSetting() {}

  /** Returns all values that the setting may have, for people. */
  public static String values() {
    return Stream.concat(Stream.of(AUTO), Stream.of(Family.values()).map(Family::profileName))
        .collect(Collectors.joining(", "));
  }

  /** Returns whether the setting may have this value. */
  public static boolean isValid(String setting) {
    return setting.equals(AUTO) || family(setting).isPresent();
  }

  /**
   * Returns the profile to encode with.
   *
   * @param setting {@code auto} or the name of a profile
   * @throws io.promptstream.encoder.checkpoint.CheckpointException if the weights are of another
   *     family than the setting says
   */
  static Profile resolve(String setting, PromptEncoderWeights weights) {
    Family family = family(setting).orElseGet(weights::family);
    weights.requireFamily(family);
    return Profile.of(family);
  }

  private static Optional<Family> family(String setting) {
    return Stream.of(Family.values())
        .filter(family -> family.profileName().equals(setting))
        .findFirst();
  }
}
