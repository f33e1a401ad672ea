package io.promptstream.topology.lookahead;

/**
 * The limits of one call of the encoder; the event that is being processed is always encoded.
 *
 * @param maxPrompts prompts in a window; 0 encodes each event alone
 * @param maxMasks prompts with a mask in a window
 */
record WindowLimits(int maxPrompts, int maxMasks) {
  /** Bounds the results of prompts with hundreds of points, which are rare. */
  private static final int TOKENS_PER_PROMPT = 8;

  boolean enabled() {
    return maxPrompts > 0;
  }

  long maxTokens() {
    return (long) TOKENS_PER_PROMPT * maxPrompts;
  }
}
