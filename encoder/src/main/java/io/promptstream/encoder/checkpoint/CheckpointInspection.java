package io.promptstream.encoder.checkpoint;

import java.util.List;

/**
 * Describes the prompt encoder in a checkpoint.
 *
 * @param source where the checkpoint is located, without secrets
 * @param profile name of the model family's profile
 * @param embeddingWidth length of a token
 * @param maskChannels channels before the last convolution of the mask branch
 * @param modelId the first digits of {@code sha256}, see {@link PromptEncoderWeights#modelId}
 * @param sha256 digest of the prompt encoder's tensors under the profile, used to pin a source on
 *     the web
 * @param revision the commit of the source's repository, empty if it is not in a repository
 * @param tensors the tensors that make up the prompt encoder
 * @param bytesRead number of bytes read
 * @param bytesThere total size in bytes of the files that were opened
 */
public record CheckpointInspection(
    String source,
    String profile,
    int embeddingWidth,
    int maskChannels,
    String modelId,
    String sha256,
    String revision,
    List<Tensor> tensors,
    long bytesRead,
    long bytesThere) {
  public CheckpointInspection {
    tensors = List.copyOf(tensors);
  }

  /**
   * A tensor as the checkpoint stores it.
   *
   * @param name its name in the checkpoint
   * @param shape extent of each dimension, outermost first
   * @param elementType its element type in the container's notation
   */
  public record Tensor(String name, List<Long> shape, String elementType) {}
}
