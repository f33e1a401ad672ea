package io.promptstream.encoder;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
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
}
