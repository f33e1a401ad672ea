package io.promptstream.encoder.checkpoint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Detects the family of a checkpoint from the names of its tensors, in any container format. Each
 * constant is a naming scheme of the prompt encoder's tensors; names must match completely.
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
  private static final int POINT_TYPES = 4;

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
   * A tensor of the checkpoint, which is a whole tensor of the prompt encoder or one of its rows.
   *
   * @param tensor the tensor of the prompt encoder
   * @param rows number of rows of an embedding, otherwise 1
   * @param names the possible names; the first one that is present is used
   */
  record Part(PromptEncoderTensor tensor, int rows, List<String> names) {
    /** Returns the shape in the checkpoint for an embedding width and a number of mask channels. */
    List<Long> shape(int embeddingWidth, int maskChannels) {
      return tensor.isEmbedding()
          ? List.of((long) rows, (long) embeddingWidth)
          : tensor.shape(embeddingWidth, maskChannels);
    }
  }

  /**
   * The prompt encoder's tensors in a checkpoint.
   *
   * @param naming the naming scheme that they match
   * @param names the name of each part that is present, in order
   */
  record Match(FamilyDetector naming, Map<Part, String> names) {
    /** Returns the name of a tensor, or of its first part. */
    String name(PromptEncoderTensor tensor) {
      return names.entrySet().stream()
          .filter(entry -> entry.getKey().tensor() == tensor)
          .map(Map.Entry::getValue)
          .findFirst()
          .orElseThrow();
    }

    private int rows() {
      return names.keySet().stream().mapToInt(Part::rows).sum();
    }
  }

  /** Returns the names that the family's own code uses. */
  static FamilyDetector official(Family family) {
    return Stream.of(values())
        .filter(naming -> naming.style == Style.OFFICIAL && naming.family == family)
        .findFirst()
        .orElseThrow();
  }

  /** Returns the families that use these names, the default first. */
  List<Family> families() {
    return family == Family.SAM2 ? List.of(Family.SAM2, Family.SAM3_TRACKER) : List.of(family);
  }

  /** Returns the tensors of a checkpoint; the parts of a tensor are in the order of its rows. */
  List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    for (PromptEncoderTensor tensor : PromptEncoderTensor.values()) {
      String name = prefix
          + MODULE
          + (style == Style.OFFICIAL ? tensor.officialName() : tensor.huggingFaceName());
      if (tensor == PromptEncoderTensor.POINT_EMBEDDINGS && style != Style.HUGGING_FACE_STACKED) {
        for (int row = 0; row < POINT_TYPES; row++) {
          parts.add(new Part(tensor, 1, List.of("%s.%d.weight".formatted(name, row))));
        }
      } else if (tensor.isEmbedding()) {
        int rows = tensor == PromptEncoderTensor.POINT_EMBEDDINGS ? POINT_TYPES : 1;
        parts.add(new Part(tensor, rows, List.of(name + ".weight")));
      } else if (tensor == PromptEncoderTensor.GAUSSIAN_MATRIX && style != Style.OFFICIAL) {
        // The matrix is one parameter with two names. A safetensors file stores a shared tensor
        // only once, under one of the two names.
        parts.add(new Part(tensor, 1, List.of(name, prefix + TIED_MATRIX)));
      } else {
        parts.add(new Part(tensor, 1, List.of(name)));
      }
    }
    return parts;
  }

  /**
   * Finds the prompt encoder's tensors among the names of a checkpoint.
   *
   * @throws MalformedCheckpointException if some are missing; the message lists them all
   */
  static Match detect(Set<String> present) throws MalformedCheckpointException {
    Match best = Stream.of(values())
        .map(naming -> naming.match(present))
        .max(Comparator.comparingInt(Match::rows))
        .orElseThrow();
    if (best.names().isEmpty()) {
      throw new MalformedCheckpointException(
          "none of its %d tensors is one of a SAM prompt encoder, whose names begin with %s"
              .formatted(present.size(), prefixes()));
    }
    List<Part> parts = best.naming().parts();
    List<String> missing = parts.stream()
        .filter(part -> !best.names().containsKey(part))
        .map(part -> String.join(" or ", part.names()))
        .toList();
    if (!missing.isEmpty()) {
      throw new MalformedCheckpointException("it lacks %d of the %d tensors of a prompt encoder: %s"
          .formatted(missing.size(), parts.size(), String.join(", ", missing)));
    }
    return best;
  }

  private static String prefixes() {
    return Stream.of(values())
        .map(naming -> naming.prefix + MODULE)
        .distinct()
        .collect(Collectors.joining(" or "));
  }

  private Match match(Set<String> present) {
    Map<Part, String> found = new LinkedHashMap<>();
    for (Part part : parts()) {
      part.names().stream()
          .filter(present::contains)
          .findFirst()
          .ifPresent(name -> found.put(part, name));
    }
    return new Match(this, found);
  }
}
