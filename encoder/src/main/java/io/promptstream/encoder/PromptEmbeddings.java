package io.promptstream.encoder;

/**
 * The embeddings of one prompt.
 *
 * @param sparse [tokens, embedding width]
 * @param dense the dense embedding in one of its forms
 */
public record PromptEmbeddings(EmbeddingTensor sparse, DenseEmbeddings dense) {}
