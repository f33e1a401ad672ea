package io.promptstream.encoder;

import io.promptstream.encoder.checkpoint.Family;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The setting that selects the model family, by name or from the checkpoint's tensor names. */
public final class ProfileSetting {
  /** Selects the family by the checkpoint's tensor names. */
  public static final String AUTO = "auto";

  private ProfileSetting() {}

  /** Returns all valid values of the setting, as text for messages. */
  public static String values() {
    return Stream.concat(Stream.of(AUTO), Stream.of(Family.values()).map(Family::profileName))
        .collect(Collectors.joining(", "));
  }

  /** Returns whether this is a valid value of the setting. */
  public static boolean isValid(String setting) {
    return setting.equals(AUTO) || family(setting).isPresent();
  }

  /**
   * Returns the profile to encode with.
   *
   * @param setting {@code auto} or the name of a profile
   * @throws io.promptstream.encoder.checkpoint.CheckpointException if the weights belong to another
   *     family than the setting specifies
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
