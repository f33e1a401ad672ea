package io.promptstream.workbench.fuzz;

import io.promptstream.schemas.DataType;
import io.promptstream.workbench.fuzz.Reading.RawMask;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Decodes a mask's logits from the definitions of their types, element by element. */
final class Logits {
  private static final int HALF_FRACTION_BITS = 10;
  private static final int HALF_FRACTION = (1 << HALF_FRACTION_BITS) - 1;
  private static final int HALF_EXPONENT = 0x1f;
  private static final int HALF_BIAS = 15;

  private Logits() {}

  /** Returns whether the number of bytes matches the mask's size. */
  static boolean complete(RawMask mask) {
    return mask.logits().remaining() == Masks.ELEMENTS * Masks.bytes(mask.type());
  }

  static float[] of(RawMask mask) {
    ByteBuffer bytes = mask.logits().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    float[] logits = new float[bytes.remaining() / Masks.bytes(mask.type())];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = next(bytes, mask.type());
    }
    return logits;
  }

  private static float next(ByteBuffer bytes, DataType type) {
    return switch (type) {
      case FLOAT32 -> bytes.getFloat();
      case FLOAT16 -> half(bytes.getShort());
      case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort() << Short.SIZE);
      case UNKNOWN -> throw new IllegalArgumentException();
    };
  }

  /** IEEE 754 binary16, 3.4: (−1)^s · 2^(e−15) · 1.f, or (−1)^s · 2^−14 · 0.f if e is 0. */
  private static float half(short bits) {
    int exponent = bits >>> HALF_FRACTION_BITS & HALF_EXPONENT;
    int fraction = bits & HALF_FRACTION;
    float sign = bits < 0 ? -1 : 1;
    if (exponent == HALF_EXPONENT) {
      return fraction == 0 ? sign * Float.POSITIVE_INFINITY : Float.NaN;
    }
    int significand = exponent == 0 ? fraction : fraction | 1 << HALF_FRACTION_BITS;
    return sign
        * Math.scalb((float) significand, Math.max(exponent, 1) - HALF_BIAS - HALF_FRACTION_BITS);
  }
}
