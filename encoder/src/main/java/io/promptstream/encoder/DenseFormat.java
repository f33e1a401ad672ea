package io.promptstream.encoder;

/** The form of the dense embedding of a prompt with a mask. */
public enum DenseFormat {
  /** {@link DenseEmbeddings.Factored}: 16 times smaller, without loss. */
  FACTORED,
  /** {@link DenseEmbeddings.Full}: the full tensor. */
  FULL
}
