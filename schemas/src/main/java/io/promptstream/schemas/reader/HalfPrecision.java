package io.promptstream.schemas.reader;

/** Converts the two 16-bit floating-point formats to 32 bits, without loss. */
final class HalfPrecision {
  private static final int SIGN = 0x8000;
  private static final int EXPONENT_AND_MANTISSA = 0x7fff;
  private static final int MANTISSA_SHIFT = 13;
  private static final int EXPONENT = 0x7c00 << MANTISSA_SHIFT;
  private static final int BIAS_DIFFERENCE = (127 - 15) << 23;
  private static final int ONE_EXPONENT = 1 << 23;
  private static final float SMALLEST_NORMAL = 0x1p-14f;

  private HalfPrecision() {}

  /** Converts the bits of an IEEE 754 binary16. {@code Float.float16ToFloat} requires Java 20. */
  static float fromFloat16(short bits) {
    int widened = (bits & EXPONENT_AND_MANTISSA) << MANTISSA_SHIFT;
    int exponent = widened & EXPONENT;
    int magnitude = widened + BIAS_DIFFERENCE;
    if (exponent == EXPONENT) {
      // Infinity and NaN: the largest exponent of one format maps to that of the other.
      magnitude += BIAS_DIFFERENCE;
    } else if (exponent == 0) {
      // Zero and subnormals have no implicit leading one: add it, then subtract it as a number.
      magnitude =
          Float.floatToRawIntBits(Float.intBitsToFloat(magnitude + ONE_EXPONENT) - SMALLEST_NORMAL);
    }
    return Float.intBitsToFloat(magnitude | (bits & SIGN) << 16);
  }

  /** Converts the bits of a bfloat16, the upper half of a binary32. */
  static float fromBfloat16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
