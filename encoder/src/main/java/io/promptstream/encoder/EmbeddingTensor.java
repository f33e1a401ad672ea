package io.promptstream.encoder;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor in the form in which it is sent.
 *
 * @param dataType element type
 * @param shape extent of each dimension, outermost first
 * @param data the elements, row-major and little-endian, from position to limit; read it with
 *     {@link ByteBuffer#duplicate()}, because constant tensors are shared
 */
public record EmbeddingTensor(DataType dataType, List<Integer> shape, ByteBuffer data) {
  public EmbeddingTensor {
    requireNonNull(dataType, "dataType");
    shape = List.copyOf(shape);
    requireNonNull(data, "data");
    long elements = 1;
    for (int extent : shape) {
      elements = Math.multiplyExact(elements, extent);
    }
    if (data.remaining() != elements * dataType.bytes()) {
      throw new IllegalArgumentException(
          "%d bytes for %s of shape %s".formatted(data.remaining(), dataType, shape));
    }
  }

  /** Returns the elements as float32, which holds each of them exactly. */
  public float[] floats() {
    ByteBuffer source = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    float[] floats = new float[source.remaining() / dataType.bytes()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = switch (dataType) {
        case FLOAT32 -> source.getFloat();
        case FLOAT16 -> float16(source.getShort());
        case BFLOAT16 -> Float.intBitsToFloat(source.getShort() << 16);
      };
    }
    return floats;
  }

  /** Java has this conversion only from version 20 on. Embeddings are finite. */
  private static float float16(short half) {
    int exponent = half >> 10 & 0x1f;
    float fraction = half & 0x3ff;
    float magnitude =
        exponent == 0 ? Math.scalb(fraction, -24) : Math.scalb(1024 + fraction, exponent - 25);
    return half < 0 ? -magnitude : magnitude;
  }
}
