package io.promptstream.encoder.checkpoint;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * How a checkpoint names the prompt encoder's tensors, and the families that use such names.
 *
 * @param example the name of one tensor, empty for random weights
 * @param families the families that use these names, the default first; never empty
 */
public record TensorNames(String example, List<Family> families) {
  /** For random weights, which fit any family. */
  static final TensorNames NONE = new TensorNames("", List.of(Family.values()));

  public TensorNames {
    requireNonNull(example, "example");
    families = List.copyOf(families);
    if (families.isEmpty()) {
      throw new IllegalArgumentException(example + " belongs to no family");
    }
  }
}
