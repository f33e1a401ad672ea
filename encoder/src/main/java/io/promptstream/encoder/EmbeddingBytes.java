package io.promptstream.encoder;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;

/**
 * Converts float32 arrays on the device to bytes in the wire's element type: to float16 on the
 * device, to bfloat16 while copying.
 *
 * @param dataType the wire's element type
 */
record EmbeddingBytes(DataType dataType) {
  private static final int CANONICAL_NAN = 0x7fc0;

  EmbeddingBytes {
    requireNonNull(dataType, "dataType");
  }

  /**
   * Passes the elements of a float32 array to a reader, which copies those that it needs with
   * {@link #copy}. The buffer is valid only until the reader returns.
   */
  void read(NDArray array, Consumer<ByteBuffer> reader) {
    if (dataType == DataType.FLOAT16) {
      try (NDArray halves = array.toType(ai.djl.ndarray.types.DataType.FLOAT16, false)) {
        readAsIs(halves, reader);
      }
    } else {
      readAsIs(array, reader);
    }
  }

  private static void readAsIs(NDArray array, Consumer<ByteBuffer> reader) {
    NDArray host = array.toDevice(Device.cpu(), false);
    try {
      reader.accept(host.toByteBuffer(true));
    } finally {
      if (host != array) {
        host.close();
      }
    }
  }

  /**
   * Copies elements from the buffer that {@link #read} passes to its reader.
   *
   * @param host the buffer
   * @param first index of the first element to copy
   * @param target receives the elements in the wire's element type, little-endian
   * @param offset first byte in {@code target}
   * @param elements number of elements
   */
  void copy(ByteBuffer host, int first, byte[] target, int offset, int elements) {
    if (dataType == DataType.BFLOAT16) {
      ByteBuffer wire = ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < elements; i++) {
        wire.putShort(offset + i * Short.BYTES, bfloat16(host.getFloat((first + i) * Float.BYTES)));
      }
    } else {
      host.get(first * dataType.bytes(), target, offset, elements * dataType.bytes());
    }
  }

  /** Returns the values in the wire's element type. */
  byte[] vector(NDManager manager, float[] values) {
    byte[] bytes = new byte[values.length * dataType.bytes()];
    try (NDArray array = manager.create(values)) {
      read(array, host -> copy(host, 0, bytes, 0, values.length));
    }
    return bytes;
  }

  /** Returns the values as a float32 tensor. */
  static EmbeddingTensor float32(float[] values, List<Integer> shape) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new EmbeddingTensor(DataType.FLOAT32, shape, data);
  }

  /**
   * Rounds to nearest, ties to even; an overflow becomes infinity, as in IEEE 754. This is Java
   * code because DJL's PyTorch engine terminates the process if it is given bfloat16.
   */
  static short bfloat16(float value) {
    if (Float.isNaN(value)) {
      return CANONICAL_NAN;
    }
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }
}
