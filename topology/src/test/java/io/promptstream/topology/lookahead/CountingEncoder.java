package io.promptstream.topology.lookahead;

import io.promptstream.encoder.ForwardingPromptEncoder;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A real encoder that counts the prompts of each call and can be made to fail. */
public final class CountingEncoder extends ForwardingPromptEncoder {
  /** The number of prompts of each call, failed calls included. */
  public final List<Integer> calls = new ArrayList<>();

  /** Runs before each call, which fails with its exception. */
  public Consumer<List<FramedPrompt>> device = prompts -> {};

  /** Wraps an encoder, which the test class closes. */
  public CountingEncoder(PromptEncoder real) {
    super(real);
  }

  @Override
  public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
    calls.add(prompts.size());
    device.accept(prompts);
    return super.encode(prompts);
  }
}
