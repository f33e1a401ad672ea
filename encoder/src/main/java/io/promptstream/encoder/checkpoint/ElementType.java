package io.promptstream.encoder.checkpoint;

import ai.djl.util.Float16Utils;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.stream.Stream;

/** The supported element types of weights; all of them widen to float32 without loss. */
enum ElementType {
  /** IEEE 754 binary32. */
  FLOAT32("F32", "FloatStorage", 4),
  /** IEEE 754 binary16. */
  FLOAT16("F16", "HalfStorage", 2),
  /** The upper half of a binary32. */
  BFLOAT16("BF16", "BFloat16Storage", 2);

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

  /** Reads all remaining elements from little-endian data. */
  float[] widen(ByteBuffer data) {
    float[] values = new float[data.remaining() / bytes];
    for (int i = 0; i < values.length; i++) {
      values[i] = switch (this) {
        case FLOAT32 -> data.getFloat();
        case FLOAT16 -> Float16Utils.halfToFloat(data.getShort());
        case BFLOAT16 -> Float.intBitsToFloat(data.getShort() << Short.SIZE);
      };
    }
    return values;
  }
}
