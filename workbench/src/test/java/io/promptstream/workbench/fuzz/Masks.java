package io.promptstream.workbench.fuzz;

import io.promptstream.schemas.DataType;
import io.promptstream.schemas.LogitsMask;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;

/** Generates mask logits in all element types: a common pattern with random changes. */
final class Masks {
  static final int SIDE = 256;
  static final int ELEMENTS = SIDE * SIDE;
  static final List<DataType> TYPES =
      List.of(DataType.FLOAT32, DataType.FLOAT16, DataType.BFLOAT16);

  private static final int CHANGES = 64;
  private static final byte[] PATTERN = pattern();

  private Masks() {}

  /** Returns bytes that are finite, moderate numbers in every element type. */
  private static byte[] pattern() {
    byte[] bytes = new byte[ELEMENTS * Float.BYTES];
    new SplittableRandom(SIDE).nextBytes(bytes);
    for (int i = 1; i < bytes.length; i += Short.BYTES) {
      bytes[i] = moderate(bytes[i]);
    }
    return bytes;
  }

  /** Returns the upper byte of a number in -16 to 16, as binary32, binary16 and bfloat16. */
  private static byte moderate(byte upper) {
    return (byte) ((upper & 0x80) | 0x3c | (upper & 0x03));
  }

  static int bytes(DataType type) {
    return type == DataType.FLOAT32 ? Float.BYTES : Short.BYTES;
  }

  /** Returns the bytes of a mask of the right size. */
  static byte[] logits(EventRandom draw, DataType type) {
    int size = ELEMENTS * bytes(type);
    byte[] logits = new byte[size];
    System.arraycopy(PATTERN, 0, logits, 0, size);
    for (int i = 0; i < CHANGES; i++) {
      int element = draw.below(ELEMENTS);
      int upper = element * bytes(type) + bytes(type) - 1;
      logits[upper] = moderate((byte) draw.below(256));
    }
    return logits;
  }

  static LogitsMask valid(EventRandom draw) {
    DataType type = draw.oneOf(TYPES);
    return mask(type, logits(draw, type));
  }

  static LogitsMask mask(DataType type, byte[] logits) {
    return new LogitsMask(type, SIDE, SIDE, ByteBuffer.wrap(logits));
  }

  /** Overwrites one element with these bits. */
  static void set(byte[] logits, DataType type, int element, int bits) {
    ByteBuffer buffer = ByteBuffer.wrap(logits).order(ByteOrder.LITTLE_ENDIAN);
    if (type == DataType.FLOAT32) {
      buffer.putInt(element * Float.BYTES, bits);
    } else {
      buffer.putShort(element * Short.BYTES, (short) bits);
    }
  }
}
