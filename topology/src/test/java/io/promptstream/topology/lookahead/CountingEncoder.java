package io.promptstream.topology.lookahead;

import io.promptstream.encoder.EncoderInfo;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.Prompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A real encoder that counts the prompts of each call and can be made to fail. */
final class CountingEncoder implements PromptEncoder {
  /** The number of prompts of each call, failed calls included. */
  final List<Integer> calls = new ArrayList<>();

  /** Runs before each call, which fails with its exception. */
  Consumer<List<FramedPrompt>> device = prompts -> {};

  private final PromptEncoder real;

  CountingEncoder(PromptEncoder real) {
    this.real = real;
  }

  @Override
  public FramedPrompt frame(Prompt prompt) {
    return real.frame(prompt);
  }

  @Override
  public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
    calls.add(prompts.size());
    device.accept(prompts);
    return real.encode(prompts);
  }

  @Override
  public float[] densePositionalEncoding() {
    return real.densePositionalEncoding();
  }

  @Override
  public EncoderInfo info() {
    return real.info();
  }

  @Override
  public PromptEncoderWeights weights() {
    return real.weights();
  }

  /** Does nothing: the real encoder belongs to the test class. */
  @Override
  public void close() {}
}
