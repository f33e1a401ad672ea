package io.promptstream.encoder;

import static java.util.Objects.requireNonNull;

/**
 * The rules of a model family that its weights do not tell.
 *
 * @param name the family's name
 * @param inputSize side of the model frame in pixels
 * @param gridSize side of the grid of image embeddings; masks have four times its side
 */
public record Profile(String name, int inputSize, int gridSize) {
  /** SAM, MobileSAM and SAM-HQ: {@code segment_anything/build_sam.py}. */
  public static final Profile SAM = new Profile("sam", 1024, 64);

  public Profile {
    requireNonNull(name, "name");
    if (inputSize <= 0 || gridSize <= 0) {
      throw new IllegalArgumentException(
          "inputSize %d and gridSize %d must be positive".formatted(inputSize, gridSize));
    }
  }

  /** Returns the side of the mask logits that the mask branch takes: four times the grid. */
  public int maskInputSize() {
    return 4 * gridSize;
  }
}
