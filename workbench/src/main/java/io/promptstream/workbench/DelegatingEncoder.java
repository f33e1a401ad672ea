package io.promptstream.workbench;

import io.promptstream.encoder.EncoderInfo;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.Prompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.util.List;

/** Delegates every call to another encoder; subclasses override some of the calls. */
public abstract class DelegatingEncoder implements PromptEncoder {
  private final PromptEncoder real;

  /**
   * Wraps an encoder.
   *
   * @param real owned by the caller, who closes it after this one
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

  /** Does nothing: the caller closes the wrapped encoder. */
  @Override
  public final void close() {}
}
