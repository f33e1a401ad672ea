package io.promptstream.encoder;

/** The element types of embeddings, all little-endian. */
public enum DataType {
  /** IEEE 754 binary32. */
  FLOAT32(4),
  /** IEEE 754 binary16, rounded to nearest, ties to even. */
  FLOAT16(2),
  /** The upper half of a binary32, rounded to nearest, ties to even. */
  BFLOAT16(2);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the size of one element in bytes. */
  public int bytes() {
    return bytes;
  }
}
