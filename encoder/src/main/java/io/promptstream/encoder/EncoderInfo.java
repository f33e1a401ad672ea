package io.promptstream.encoder;

/**
 * Describes an encoder: its model, its device, and the form and size of its embeddings.
 *
 * @param modelId identifies the weights: a digest of the prompt encoder's tensors, prefixed with
 *     {@code seed-} for random weights
 * @param randomWeights whether the weights are random (untrained)
 * @param profile the model family's rules
 * @param embeddingWidth length of a token
 * @param maskChannels channels before the last convolution of the mask branch
 * @param device where the model runs, in DJL's notation: {@code cpu()} or {@code gpu(0)}
 * @param dataType element type of the embeddings
 * @param denseFormat form of the dense embedding of a prompt with a mask
 * @param maxPoints maximum number of points in a prompt
 */
public record EncoderInfo(
    String modelId,
    boolean randomWeights,
    Profile profile,
    int embeddingWidth,
    int maskChannels,
    String device,
    DataType dataType,
    DenseFormat denseFormat,
    int maxPoints) {}
