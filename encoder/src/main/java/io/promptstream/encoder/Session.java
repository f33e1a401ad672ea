package io.promptstream.encoder;

import ai.djl.ndarray.NDManager;
import io.promptstream.encoder.checkpoint.PromptEncoderTensor;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The network with its buffers, for use by one thread at a time.
 *
 * <p>DJL attaches a result to the manager of its first operand, which is often a weight. Each
 * session therefore has its own copy of the weights, a few kilobytes, and its results go to a
 * manager that no other thread uses. A pass closes every array that it creates, so a session holds
 * the same arrays before and after.
 */
final class Session implements AutoCloseable {
  private final NDManager manager;
  private final Profile profile;
  private final float[] gaussianMatrix;
  private final EmbeddingBytes wire;
  private final TokenBranch tokenBranch;
  private final MaskBranch maskBranch;

  private Session(
      NDManager manager, PromptEncoderWeights weights, EncoderInfo info, PassSize passSize) {
    this.manager = manager;
    profile = info.profile();
    gaussianMatrix = weights.values(PromptEncoderTensor.GAUSSIAN_MATRIX);
    wire = new EmbeddingBytes(info.dataType());
    tokenBranch = new TokenBranch(manager, weights, profile.inputSize(), wire, passSize.tokens());
    maskBranch = new MaskBranch(manager, weights, info, wire, passSize.masks());
  }

  /** Opens a session that owns the manager; closes the manager if this fails. */
  static Session open(NDManager manager, PromptEncoderWeights weights, EncoderInfo info) {
    try {
      return new Session(manager, weights, info, PassSize.of(manager.getDevice()));
    } catch (RuntimeException | Error e) {
      Closeables.closeAllAfter(e, List.of(manager));
      throw e;
    }
  }

  /** Returns [tokens, C] for each prompt. */
  List<EmbeddingTensor> sparseEmbeddings(List<FramedPrompt> prompts) {
    return tokenBranch.encode(prompts);
  }

  /** Returns [M, G, G] or, in full format, [C, G, G] for each prompt that has a mask. */
  List<EmbeddingTensor> maskEmbeddings(List<FramedPrompt> prompts) {
    List<float[]> masks = new ArrayList<>();
    for (FramedPrompt prompt : prompts) {
      float[] mask = prompt.mask();
      if (mask != null) {
        masks.add(mask);
      }
    }
    return maskBranch.encode(masks);
  }

  /** Returns the values in the embeddings' element type. */
  EmbeddingTensor vector(float[] values) {
    return new EmbeddingTensor(
        wire.dataType(), List.of(values.length), ByteBuffer.wrap(wire.vector(manager, values)));
  }

  /** Returns [C, G, G]. */
  float[] densePositionalEncoding() {
    try (NDManager scratch = manager.newSubManager()) {
      return PositionalEncoding.grid(scratch, gaussianMatrix, profile.gridSize());
    }
  }

  /** Returns the number of arrays in native memory. */
  int arrays() {
    return manager.getManagedArrays().size();
  }

  @Override
  public void close() {
    manager.close();
  }
}
