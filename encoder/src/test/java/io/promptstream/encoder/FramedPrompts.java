package io.promptstream.encoder;

/** Creates framed prompts for tests directly, without a {@link Prompt}. */
final class FramedPrompts {
  private FramedPrompts() {}

  /**
   * Returns a prompt with tokens and no mask.
   *
   * @param coordinates [tokens, 2]
   * @param labels [tokens]
   */
  @SuppressWarnings("NullAway") // javac 17 does not read a nullable array type from a class file
  static FramedPrompt ofTokens(float[] coordinates, int[] labels) {
    return new FramedPrompt(coordinates, labels, null);
  }

  /** Returns a prompt with a mask and no tokens. */
  static FramedPrompt ofMask(float[] mask) {
    return new FramedPrompt(new float[0], new int[0], mask);
  }
}
