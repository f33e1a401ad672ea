package io.promptstream.encoder;

import static java.util.Objects.requireNonNull;

import io.promptstream.encoder.checkpoint.Family;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rules of a model family that its weights do not contain.
 *
 * @param name the family's name
 * @param inputSize side of the model frame in pixels
 * @param gridSize side of the grid of image embeddings; a mask has four times this side
 * @param frameRule how image pixels map to the model frame
 * @param tokenRule order of tokens, and padding
 */
public record Profile(
    String name, int inputSize, int gridSize, FrameRule frameRule, TokenRule tokenRule) {
  /** The setting that selects the profile by the checkpoint's tensor names. */
  public static final String AUTO = "auto";

  /** SAM, MobileSAM and SAM-HQ: {@code segment_anything/build_sam.py}. */
  public static final Profile SAM =
      of(Family.SAM, 1024, 64, FrameRule.LONGEST_SIDE, TokenRule.CORNERS_LAST_OR_PADDING);

  /** SAM 2 and 2.1, with the rules of {@code sam2/sam2_image_predictor.py}. */
  public static final Profile SAM2 =
      of(Family.SAM2, 1024, 64, FrameRule.SQUARE, TokenRule.CORNERS_FIRST_AND_PADDING);

  /** The tracker of SAM 3: patches of 14 pixels, otherwise as SAM 2. */
  public static final Profile SAM3_TRACKER =
      of(Family.SAM3_TRACKER, 1008, 72, FrameRule.SQUARE, TokenRule.CORNERS_FIRST_AND_PADDING);

  private static final List<Profile> ALL = List.of(SAM, SAM2, SAM3_TRACKER);

  public Profile {
    requireNonNull(name, "name");
    requireNonNull(frameRule, "frameRule");
    requireNonNull(tokenRule, "tokenRule");
    if (inputSize <= 0 || gridSize <= 0) {
      throw new IllegalArgumentException(
          "inputSize %d and gridSize %d must be positive".formatted(inputSize, gridSize));
    }
  }

  private static Profile of(
      Family family, int inputSize, int gridSize, FrameRule frameRule, TokenRule tokenRule) {
    return new Profile(family.profileName(), inputSize, gridSize, frameRule, tokenRule);
  }

  /** Returns the profile of a family. */
  public static Profile of(Family family) {
    return switch (family) {
      case SAM -> SAM;
      case SAM2 -> SAM2;
      case SAM3_TRACKER -> SAM3_TRACKER;
    };
  }

  /** Returns the values of the setting that selects a profile: {@code auto} and all names. */
  public static List<String> settings() {
    return Stream.concat(Stream.of(AUTO), ALL.stream().map(Profile::name)).toList();
  }

  /**
   * Returns the profile to encode with.
   *
   * @param setting one of {@link #settings}
   * @throws io.promptstream.encoder.checkpoint.CheckpointException if the weights belong to another
   *     family than the setting specifies
   */
  static Profile resolve(String setting, PromptEncoderWeights weights) {
    Family family = Stream.of(Family.values())
        .filter(candidate -> candidate.profileName().equals(setting))
        .findFirst()
        .orElseGet(weights::family);
    weights.requireFamily(family);
    return of(family);
  }

  /** Returns the profiles of all families. */
  static List<Profile> all() {
    return ALL;
  }

  /** Returns the profile with this name, if it exists. */
  public static Optional<Profile> named(String name) {
    return ALL.stream().filter(profile -> profile.name().equals(name)).findFirst();
  }

  /** Returns the side of the mask branch's input, in logits: four times the grid size. */
  public int maskInputSize() {
    return 4 * gridSize;
  }
}
