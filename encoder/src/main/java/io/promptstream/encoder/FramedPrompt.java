package io.promptstream.encoder;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A valid prompt as the network takes it: flat tokens in the model frame, in the model's order,
 * padding included, and the mask. Made by {@link PromptFramer}; the arrays must not change.
 *
 * @param coordinates [tokens, 2], x and y in the model frame, before the half pixel is added
 * @param labels [tokens], −1 padding, 0 background, 1 foreground, 2 and 3 the corners of a box
 * @param mask [mask input, mask input] logits, row-major, or null
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read once
public record FramedPrompt(float[] coordinates, int[] labels, float @Nullable [] mask) {
  public FramedPrompt {
    requireNonNull(coordinates, "coordinates");
    requireNonNull(labels, "labels");
    if (coordinates.length != 2 * labels.length) {
      throw new IllegalArgumentException(
          "%d coordinates for %d labels".formatted(coordinates.length, labels.length));
    }
  }

  /** Returns how many tokens the sparse embedding of this prompt has. */
  public int tokens() {
    return labels.length;
  }
}
