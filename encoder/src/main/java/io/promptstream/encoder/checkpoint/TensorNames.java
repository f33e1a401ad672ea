package io.promptstream.encoder.checkpoint;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * How a checkpoint names the prompt encoder's tensors, and what that tells.
 *
 * @param example the name of one of them, or empty for weights that were drawn
 * @param families whose names these are, the one to take first; never empty
 */
public record TensorNames(String example, List<Family> families) {
  /** Of drawn weights, which are of any family. */
  static final TensorNames NONE = new TensorNames("", List.of(Family.values()));

  public TensorNames {
    requireNonNull(example, "example");
    families = List.copyOf(families);
    if (families.isEmpty()) {
      throw new IllegalArgumentException(example + " is of no family");
    }
  }
}
