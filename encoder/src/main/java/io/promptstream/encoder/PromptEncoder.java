package io.promptstream.encoder;

import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.util.List;

/**
 * Turns prompts into embeddings; the border between the stream and the model.
 *
 * <p>Safe for use by several threads at once.
 */
public interface PromptEncoder extends AutoCloseable {
  /**
   * Validates a prompt and maps it to the model frame.
   *
   * @throws InvalidPromptException if the prompt can never be encoded
   */
  FramedPrompt frame(Prompt prompt);

  /**
   * Encodes prompts in one pass; the results do not depend on what else is in the list.
   *
   * @return one result for each prompt, in their order
   * @throws ai.djl.engine.EngineException if the device fails; the prompts are not to blame
   */
  List<PromptEmbeddings> encode(List<FramedPrompt> prompts);

  /**
   * Returns the positional encoding of the grid of image embeddings, {@code get_dense_pe()} of the
   * official code: [embedding width, grid, grid], row-major.
   */
  float[] densePositionalEncoding();

  /** Returns what these embeddings are made with and how large they are. */
  EncoderInfo info();

  /** Returns the weights that these embeddings are made with; their arrays must not change. */
  PromptEncoderWeights weights();

  @Override
  void close();
}
