package io.promptstream.encoder;

/**
 * What the prompt encoder returns for one prompt.
 *
 * @param sparse [tokens, embedding width]
 * @param dense the dense embedding in one of its forms
 */
public record PromptEmbeddings(EmbeddingTensor sparse, DenseEmbeddings dense) {}
