package io.promptstream.encoder;

import static java.util.Objects.requireNonNull;

/**
 * The low-resolution mask logits of a previous prediction, in the model frame; {@link PromptFramer}
 * validates them. The array is not copied and must not change.
 *
 * @param height rows
 * @param width columns
 * @param logits [height, width], row-major
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record MaskLogits(int height, int width, float[] logits) {
  public MaskLogits {
    requireNonNull(logits, "logits");
  }
}
