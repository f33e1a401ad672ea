package io.promptstream.encoder.checkpoint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Under which names a checkpoint holds the prompt encoder's tensors, whatever its container. Names
 * are matched whole.
 */
enum Naming {
  /** Of {@code segment_anything}, MobileSAM and SAM-HQ. */
  SEGMENT_ANYTHING {
    @Override
    List<String> names(PromptEncoderTensor tensor) {
      return List.of(PREFIX + tensor.officialName());
    }
  },
  /** Of Hugging Face's {@code SamModel} and {@code SamHQModel}. */
  HUGGING_FACE {
    @Override
    List<String> names(PromptEncoderTensor tensor) {
      String name = PREFIX + tensor.huggingFaceName();
      // The matrix is one parameter with two names, and a safetensors file holds a shared tensor
      // only once, under either of them.
      return tensor == PromptEncoderTensor.GAUSSIAN_MATRIX
          ? List.of(name, "shared_image_embedding.positional_embedding")
          : List.of(name);
    }
  };

  private static final String PREFIX = "prompt_encoder.";

  /** Returns the names that the tensor may have, the first that is present counting. */
  abstract List<String> names(PromptEncoderTensor tensor);

  /**
   * Finds the prompt encoder's tensors among the names of a checkpoint.
   *
   * @throws MalformedCheckpointException if some are missing; the message lists them all
   */
  static Map<PromptEncoderTensor, String> resolve(Set<String> present)
      throws MalformedCheckpointException {
    Naming naming = Stream.of(values())
        .max(Comparator.comparingInt(n -> n.found(present).size()))
        .orElseThrow();
    Map<PromptEncoderTensor, String> found = naming.found(present);
    if (found.isEmpty()) {
      throw new MalformedCheckpointException(
          "none of its %d tensors is one of a SAM prompt encoder, such as %s or %s"
              .formatted(
                  present.size(),
                  SEGMENT_ANYTHING.names(PromptEncoderTensor.GAUSSIAN_MATRIX).get(0),
                  HUGGING_FACE.names(PromptEncoderTensor.GAUSSIAN_MATRIX).get(0)));
    }
    List<String> missing = new ArrayList<>();
    for (PromptEncoderTensor tensor : PromptEncoderTensor.values()) {
      if (!found.containsKey(tensor)) {
        missing.add(String.join(" or ", naming.names(tensor)));
      }
    }
    if (!missing.isEmpty()) {
      throw new MalformedCheckpointException("it lacks %d of the %d tensors of a prompt encoder: %s"
          .formatted(
              missing.size(), PromptEncoderTensor.values().length, String.join(", ", missing)));
    }
    return found;
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
