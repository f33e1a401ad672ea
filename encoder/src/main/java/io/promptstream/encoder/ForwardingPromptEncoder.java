package io.promptstream.encoder;

import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.util.List;

/** Forwards every call but {@link #close} to another encoder; subclasses override some of them. */
public abstract class ForwardingPromptEncoder implements PromptEncoder {
  private final PromptEncoder delegate;

  /**
   * Wraps an encoder.
   *
   * @param delegate owned by the caller, who closes it after this one
   */
  protected ForwardingPromptEncoder(PromptEncoder delegate) {
    this.delegate = delegate;
  }

  @Override
  public FramedPrompt frame(Prompt prompt) {
    return delegate.frame(prompt);
  }

  @Override
  public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
    return delegate.encode(prompts);
  }

  @Override
  public float[] densePositionalEncoding() {
    return delegate.densePositionalEncoding();
  }

  @Override
  public EncoderInfo info() {
    return delegate.info();
  }

  @Override
  public PromptEncoderWeights weights() {
    return delegate.weights();
  }

  /** Does nothing: the caller closes the wrapped encoder. */
  @Override
  public void close() {}
}
