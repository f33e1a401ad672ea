package io.promptstream.encoder.checkpoint;

import java.util.List;

/**
 * What a checkpoint holds of a prompt encoder.
 *
 * @param source where it lies, without what may be secret
 * @param profile name of the model family's rules
 * @param embeddingWidth length of a token
 * @param maskChannels channels before the last convolution of the mask branch
 * @param modelId the weights' name
 * @param sha256 digest of the prompt encoder's tensors, which pins a source on the web
 * @param revision the commit of the source's repository, empty where it is in none
 * @param tensors the tensors that make up the prompt encoder
 * @param bytesRead how many bytes were read
 * @param bytesThere how many bytes there are
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
   * A tensor as the checkpoint has it.
   *
   * @param name its name there
   * @param shape extent of each dimension, outermost first
   * @param elementType its element type as the container spells it
   */
  public record Tensor(String name, List<Long> shape, String elementType) {}
}
