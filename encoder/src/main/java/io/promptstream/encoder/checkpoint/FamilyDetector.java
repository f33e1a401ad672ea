package io.promptstream.encoder.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The naming schemes of the prompt encoder's tensors, for any container format. Names must match
 * completely.
 *
 * <p>A SAM 3 tracker that was saved alone has the same names as SAM 2. These names therefore match
 * both families; SAM 2 is the default.
 */
enum FamilyDetector {
  /** The names of {@code segment_anything}, MobileSAM and SAM-HQ. */
  SEGMENT_ANYTHING(Style.OFFICIAL, "", Family.SAM),
  /** The names of {@code sam2}: {@code SAM2Base}. */
  SAM2(Style.OFFICIAL, "sam_", Family.SAM2),
  /** The names of {@code sam3}: {@code tracker} beside {@code detector} in {@code sam3.pt}. */
  SAM3_TRACKER(Style.OFFICIAL, "tracker.sam_", Family.SAM3_TRACKER),
  /** The names of Hugging Face's {@code SamModel} and {@code SamHQModel}. */
  HUGGING_FACE(Style.HUGGING_FACE, "", Family.SAM),
  /** The names of Hugging Face's {@code Sam2Model} and {@code Sam2VideoModel}. */
  HUGGING_FACE_SAM2(Style.HUGGING_FACE_STACKED, "", Family.SAM2),
  /** The names of Hugging Face's {@code Sam3VideoModel} and {@code Sam3TrackerModel}. */
  HUGGING_FACE_SAM3_TRACKER(Style.HUGGING_FACE_STACKED, "tracker_model.", Family.SAM3_TRACKER);

  private static final String MODULE = "prompt_encoder.";
  private static final String TIED_MATRIX = "shared_image_embedding.positional_embedding";
  private static final String STACKED_EMBEDDINGS = "point_embed.weight";

  private final Style style;
  private final String prefix;
  private final Family family;

  FamilyDetector(Style style, String prefix, Family family) {
    this.style = style;
    this.prefix = prefix;
    this.family = family;
  }

  /** How the prompt encoder's module names its tensors, and whether it stacks them. */
  private enum Style {
    OFFICIAL,
    HUGGING_FACE,
    /** Stores the four point embeddings as one tensor. */
    HUGGING_FACE_STACKED
  }

  /**
   * The prompt encoder's tensors in a checkpoint.
   *
   * @param naming the naming scheme that they match
   * @param names the name of each; tensors that are rows of one tensor share its name
   */
  record Match(FamilyDetector naming, Map<PromptEncoderTensor, String> names) {
    /**
     * Returns the example and the families. The point embeddings are the example because their
     * names differ between families.
     */
    TensorNames tensorNames() {
      return new TensorNames(
          names.getOrDefault(PromptEncoderTensor.POINT_EMBEDDING_0, ""), naming.families());
    }
  }

  private List<Family> families() {
    return family == Family.SAM2 ? List.of(Family.SAM2, Family.SAM3_TRACKER) : List.of(family);
  }

  /** Returns the possible names of the tensor; the first one that is present is used. */
  List<String> names(PromptEncoderTensor tensor) {
    if (style == Style.OFFICIAL) {
      return List.of(prefix + MODULE + tensor.officialName());
    }
    if (stacks(tensor)) {
      return List.of(prefix + MODULE + STACKED_EMBEDDINGS);
    }
    String name = prefix + MODULE + tensor.huggingFaceName();
    // The matrix is one parameter with two names. A safetensors file stores a shared tensor only
    // once, under one of the two names.
    return tensor == PromptEncoderTensor.GAUSSIAN_MATRIX
        ? List.of(name, prefix + TIED_MATRIX)
        : List.of(name);
  }

  /** Returns whether the tensor is one row of a tensor that contains all point embeddings. */
  boolean stacks(PromptEncoderTensor tensor) {
    return style == Style.HUGGING_FACE_STACKED
        && PromptEncoderTensor.POINT_EMBEDDINGS.contains(tensor);
  }

  /**
   * Finds the prompt encoder's tensors among the names of a checkpoint.
   *
   * @throws MalformedCheckpointException if some are missing; the message lists them all
   */
  static Match resolve(Set<String> present) throws MalformedCheckpointException {
    FamilyDetector naming = Stream.of(values())
        .max(Comparator.comparingInt(n -> n.found(present).size()))
        .orElseThrow();
    Map<PromptEncoderTensor, String> found = naming.found(present);
    if (found.isEmpty()) {
      throw new MalformedCheckpointException(
          "none of its %d tensors is one of a SAM prompt encoder, whose names begin with %s"
              .formatted(present.size(), prefixes()));
    }
    naming.requireAll(found.keySet());
    return new Match(naming, found);
  }

  private static String prefixes() {
    return Stream.of(values())
        .map(naming -> naming.prefix + MODULE)
        .distinct()
        .collect(Collectors.joining(" or "));
  }

  private void requireAll(Set<PromptEncoderTensor> found) throws MalformedCheckpointException {
    List<String> missing = new ArrayList<>();
    for (PromptEncoderTensor tensor : PromptEncoderTensor.values()) {
      String names = String.join(" or ", names(tensor));
      if (!found.contains(tensor) && !missing.contains(names)) {
        missing.add(names);
      }
    }
    if (!missing.isEmpty()) {
      long tensors = Arrays.stream(PromptEncoderTensor.values())
          .map(this::names)
          .distinct()
          .count();
      throw new MalformedCheckpointException("it lacks %d of the %d tensors of a prompt encoder: %s"
          .formatted(missing.size(), tensors, String.join(", ", missing)));
    }
  }

  private Map<PromptEncoderTensor, String> found(Set<String> present) {
    Map<PromptEncoderTensor, String> found = new EnumMap<>(PromptEncoderTensor.class);
    for (PromptEncoderTensor tensor : PromptEncoderTensor.values()) {
      Optional<String> name = names(tensor).stream().filter(present::contains).findFirst();
      name.ifPresent(n -> found.put(tensor, n));
    }
    return found;
  }
}
