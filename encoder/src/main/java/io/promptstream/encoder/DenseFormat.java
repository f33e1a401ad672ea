package io.promptstream.encoder;

/** In which form the dense embedding of a prompt with a mask is given out. */
public enum DenseFormat {
  /** {@link DenseEmbeddings.Factored}: 16 times smaller, nothing lost. */
  FACTORED,
  /** {@link DenseEmbeddings.Full}: the plain tensor. */
  FULL
}
