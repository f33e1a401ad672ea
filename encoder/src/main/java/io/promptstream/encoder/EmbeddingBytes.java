package io.promptstream.encoder;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Brings tensors from the device to the wire's bytes, in the wire's element type. */
final class EmbeddingBytes {
  private static final int CANONICAL_NAN = 0x7fc0;

  private EmbeddingBytes() {}

  /**
   * Returns the elements of a float32 array in another type.
   *
   * @return row-major, little-endian, in memory of its own
   */
  static ByteBuffer of(NDArray array, DataType dataType) {
    return switch (dataType) {
      case FLOAT32 -> copy(array);
      case FLOAT16 -> {
        try (NDArray halves = array.toType(ai.djl.ndarray.types.DataType.FLOAT16, false)) {
          yield copy(halves);
        }
      }
      case BFLOAT16 -> bfloat16(copy(array));
    };
  }

  /** Returns a tensor that shares a part of {@code data}. */
  static EmbeddingTensor slice(
      ByteBuffer data, int byteOffset, DataType dataType, List<Integer> shape) {
    int elements = shape.stream().reduce(1, Math::multiplyExact);
    return new EmbeddingTensor(
        dataType, shape, data.slice(byteOffset, elements * dataType.bytes()));
  }

  /** Returns float32 values of the heap as a tensor of another type. */
  static EmbeddingTensor float32(float[] values, List<Integer> shape) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new EmbeddingTensor(DataType.FLOAT32, shape, data);
  }

  private static ByteBuffer copy(NDArray array) {
    return ByteBuffer.wrap(array.toByteArray());
  }

  /** In Java, for DJL's PyTorch engine ends the process when it is given bfloat16. */
  private static ByteBuffer bfloat16(ByteBuffer float32) {
    ByteBuffer source = float32.order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer target = ByteBuffer.allocate(source.remaining() / 2).order(ByteOrder.LITTLE_ENDIAN);
    while (source.hasRemaining()) {
      target.putShort(bfloat16(source.getFloat()));
    }
    return target.flip();
  }

  /** Rounds to nearest, ties to even; an overflow becomes infinite as IEEE 754 has it. */
  static short bfloat16(float value) {
    if (Float.isNaN(value)) {
      return CANONICAL_NAN;
    }
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }
}
