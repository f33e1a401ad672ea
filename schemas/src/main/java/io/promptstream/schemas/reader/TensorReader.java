package io.promptstream.schemas.reader;

import io.promptstream.schemas.DataType;
import io.promptstream.schemas.Tensor;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;

/**
 * Reads tensors as float arrays. Widening is lossless: every float16 and bfloat16 is a float.
 *
 * <p>Elements are row-major and little-endian, from the buffer's position to its limit, which do
 * not change. The buffer may be read-only, direct or a slice, and may have any byte order.
 */
public final class TensorReader {
  private TensorReader() {}

  /**
   * Returns the elements of a tensor, row-major.
   *
   * @throws IllegalArgumentException if its shape is invalid, its data type is unknown, or its data
   *     do not have the size that shape and data type require
   */
  public static float[] floats(Tensor tensor) {
    long elements = Shapes.elements(tensor.getShape());
    DataType type = tensor.getDataType();
    ByteBuffer data = tensor.getData();
    if (!holds(data, type, elements)) {
      throw new IllegalArgumentException("%s tensor of shape %s needs %s bytes, but has %d."
          .formatted(type, tensor.getShape(), neededBytes(type, elements), data.remaining()));
    }
    return read(type, data);
  }

  /**
   * Returns elements that have no shape, such as the logits of a mask.
   *
   * @param type element type
   * @param elements required number of elements
   * @param data the elements
   * @throws IllegalArgumentException if the type is unknown, or the data do not have the size that
   *     type and count require
   */
  public static float[] floats(DataType type, long elements, ByteBuffer data) {
    if (!holds(data, type, elements)) {
      throw new IllegalArgumentException("%d %s elements need %s bytes, but there are %d."
          .formatted(elements, type, neededBytes(type, elements), data.remaining()));
    }
    return read(type, data);
  }

  /**
   * Divides instead of multiplying, because the count is untrusted and the product could overflow.
   */
  private static boolean holds(ByteBuffer data, DataType type, long elements) {
    int size = bytes(type);
    return data.remaining() % size == 0 && data.remaining() / size == elements;
  }

  private static BigInteger neededBytes(DataType type, long elements) {
    return BigInteger.valueOf(elements).multiply(BigInteger.valueOf(bytes(type)));
  }

  private static int bytes(DataType type) {
    return switch (type) {
      case FLOAT32 -> Float.BYTES;
      case FLOAT16, BFLOAT16 -> Short.BYTES;
      case UNKNOWN -> throw unknown();
    };
  }

  private static float[] read(DataType type, ByteBuffer data) {
    ByteBuffer view = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    float[] floats = new float[data.remaining() / bytes(type)];
    switch (type) {
      case FLOAT32 -> view.asFloatBuffer().get(floats);
      case FLOAT16 -> {
        short[] bits = shorts(view);
        for (int i = 0; i < floats.length; i++) {
          floats[i] = HalfPrecision.fromFloat16(bits[i]);
        }
      }
      case BFLOAT16 -> {
        short[] bits = shorts(view);
        for (int i = 0; i < floats.length; i++) {
          floats[i] = HalfPrecision.fromBfloat16(bits[i]);
        }
      }
      case UNKNOWN -> throw unknown();
    }
    return floats;
  }

  private static IllegalArgumentException unknown() {
    return new IllegalArgumentException("data_type is a type that this version does not know.");
  }

  private static short[] shorts(ByteBuffer view) {
    ShortBuffer buffer = view.asShortBuffer();
    short[] shorts = new short[buffer.remaining()];
    buffer.get(shorts);
    return shorts;
  }
}
