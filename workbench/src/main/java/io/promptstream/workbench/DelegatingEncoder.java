package io.promptstream.workbench;

import io.promptstream.encoder.EncoderInfo;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.Prompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.util.List;

/** An encoder that does what a real one does, but for what a subclass does in its place. */
public abstract class DelegatingEncoder implements PromptEncoder {
  private final PromptEncoder real;

  /**
   * Stands before a real encoder.
   *
   * @param real stays the caller's, and must live longer
   */
  protected DelegatingEncoder(PromptEncoder real) {
    this.real = real;
  }

  @Override
  public FramedPrompt frame(Prompt prompt) {
    return real.frame(prompt);
  }

  @Override
  public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
    return real.encode(prompts);
  }

  @Override
  public final float[] densePositionalEncoding() {
    return real.densePositionalEncoding();
  }

  @Override
  public final EncoderInfo info() {
    return real.info();
  }

  @Override
  public final PromptEncoderWeights weights() {
    return real.weights();
  }

  /** Does nothing: the real encoder is the caller's. */
  @Override
  public final void close() {}
}
