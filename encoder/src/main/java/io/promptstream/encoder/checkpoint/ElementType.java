package io.promptstream.encoder.checkpoint;

import ai.djl.util.Float16Utils;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.stream.Stream;

/** The supported element types of weights; all of them widen to float32 without loss. */
enum ElementType {
  /** IEEE 754 binary32. */
  FLOAT32("F32", "FloatStorage", 4) {
    @Override
    float next(ByteBuffer data) {
      return data.getFloat();
    }
  },
  /** IEEE 754 binary16. */
  FLOAT16("F16", "HalfStorage", 2) {
    @Override
    float next(ByteBuffer data) {
      return Float16Utils.halfToFloat(data.getShort());
    }
  },
  /** The upper half of a binary32. */
  BFLOAT16("BF16", "BFloat16Storage", 2) {
    @Override
    float next(ByteBuffer data) {
      return Float.intBitsToFloat(data.getShort() << Short.SIZE);
    }
  };

  private final String safetensorsName;
  private final String torchStorage;
  private final int bytes;

  ElementType(String safetensorsName, String torchStorage, int bytes) {
    this.safetensorsName = safetensorsName;
    this.torchStorage = torchStorage;
    this.bytes = bytes;
  }

  static Optional<ElementType> ofSafetensors(String dtype) {
    return Stream.of(values())
        .filter(type -> type.safetensorsName.equals(dtype))
        .findFirst();
  }

  static Optional<ElementType> ofTorchStorage(String storage) {
    return Stream.of(values()).filter(type -> type.torchStorage.equals(storage)).findFirst();
  }

  /** Returns the size of one element in bytes. */
  int bytes() {
    return bytes;
  }

  /** Reads one element from little-endian data. */
  abstract float next(ByteBuffer data);

  /** Reads all remaining elements from little-endian data. */
  float[] widen(ByteBuffer data) {
    float[] values = new float[data.remaining() / bytes];
    for (int i = 0; i < values.length; i++) {
      values[i] = next(data);
    }
    return values;
  }
}
