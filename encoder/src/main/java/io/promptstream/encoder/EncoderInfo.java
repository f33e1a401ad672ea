package io.promptstream.encoder;

/**
 * What embeddings are made with, and how large they are.
 *
 * @param modelId names the weights: a digest of the prompt encoder's tensors, which begins with
 *     {@code seed-} for weights that were drawn and not trained
 * @param seeded whether the weights were drawn and not trained
 * @param profile the model family's rules
 * @param embeddingWidth length of a token
 * @param maskChannels channels before the last convolution of the mask branch
 * @param device where the model runs, as DJL names it, {@code cpu()} or {@code gpu(0)}
 * @param dataType element type of the embeddings
 * @param denseFormat form of the dense embedding of a prompt with a mask
 * @param maxPoints how many points a prompt may have
 */
public record EncoderInfo(
    String modelId,
    boolean seeded,
    Profile profile,
    int embeddingWidth,
    int maskChannels,
    String device,
    DataType dataType,
    DenseFormat denseFormat,
    int maxPoints) {}
