package io.promptstream.encoder;

import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.util.List;

/**
 * Encodes prompts as embeddings; the interface between the stream and the model.
 *
 * <p>Implementations are thread-safe.
 */
public interface PromptEncoder extends AutoCloseable {
  /**
   * Validates a prompt and maps it to the model frame.
   *
   * @throws InvalidPromptException if the prompt can never be encoded
   */
  FramedPrompt frame(Prompt prompt);

  /**
   * Encodes prompts in one pass; the result of a prompt does not depend on the others in the list.
   *
   * @return one result for each prompt, in the same order
   * @throws ai.djl.engine.EngineException if the device fails; the prompts may be valid
   */
  List<PromptEmbeddings> encode(List<FramedPrompt> prompts);

  /**
   * Encodes one prompt. Many prompts are encoded faster by {@link #encode(List)}.
   *
   * @throws InvalidPromptException if the prompt can never be encoded
   * @throws ai.djl.engine.EngineException if the device fails; the prompt may be valid
   */
  default PromptEmbeddings encode(Prompt prompt) {
    return encode(List.of(frame(prompt))).get(0);
  }

  /**
   * Returns the positional encoding of the grid of image embeddings, {@code get_dense_pe()} of the
   * official code: [embedding width, grid, grid], row-major.
   */
  float[] densePositionalEncoding();

  /** Returns this encoder's model and device, and the form and size of its embeddings. */
  EncoderInfo info();

  /** Returns the weights of the model; the caller must not modify their arrays. */
  PromptEncoderWeights weights();

  @Override
  void close();
}
