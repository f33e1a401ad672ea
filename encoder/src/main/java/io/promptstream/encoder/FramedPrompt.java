package io.promptstream.encoder;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A valid prompt as input of the network: flat tokens in the model frame and the model's order,
 * including padding, and the mask. {@link PromptFramer} creates it; the arrays must not change.
 *
 * @param coordinates [tokens, 2], x and y in the model frame, without the half-pixel offset
 * @param labels [tokens], −1 padding, 0 background, 1 foreground, 2 and 3 the corners of a box
 * @param mask [mask input, mask input] logits, row-major, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FramedPrompt(float[] coordinates, int[] labels, float @Nullable [] mask) {
  public FramedPrompt {
    requireNonNull(coordinates, "coordinates");
    requireNonNull(labels, "labels");
    if (coordinates.length != 2 * labels.length) {
      throw new IllegalArgumentException(
          "%d coordinates for %d labels".formatted(coordinates.length, labels.length));
    }
  }

  /** Returns the number of tokens of the sparse embedding. */
  public int tokens() {
    return labels.length;
  }
}
