package io.promptstream.schemas.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.promptstream.schemas.DataType;
import io.promptstream.schemas.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class TensorReaderTest {
  private static final float[] FOUR = {1f, -2.5f, 0.375f, 1024f};

  @ParameterizedTest
  @EnumSource(value = DataType.class, names = "UNKNOWN", mode = Mode.EXCLUDE)
  void shouldReadLittleEndianElements(DataType type) {
    Tensor tensor = new Tensor(type, List.of(2, 2), four(type));

    assertThat(TensorReader.floats(tensor)).containsExactly(FOUR);
  }

  @Test
  void shouldReadEveryFloat16() {
    float[] floats = TensorReader.floats(DataType.FLOAT16, 1 << 16, allShorts());

    for (int bits = 0; bits < 1 << 16; bits++) {
      // Canonical bits: NaN is NaN, and zero has a sign.
      assertThat(Float.floatToIntBits(floats[bits]))
          .as("float16 0x%04x", bits)
          .isEqualTo(Float.floatToIntBits(float16ByDefinition(bits)));
    }
  }

  @Test
  void shouldReadKnownFloat16() {
    assertThat(HalfPrecision.fromFloat16((short) 0x3c00)).isEqualTo(1f);
    assertThat(HalfPrecision.fromFloat16((short) 0x7bff)).isEqualTo(65504f);
    assertThat(HalfPrecision.fromFloat16((short) 0x0001)).isEqualTo(5.9604645e-8f);
    assertThat(HalfPrecision.fromFloat16((short) 0x3555)).isEqualTo(0.33325195f);
    assertThat(HalfPrecision.fromFloat16((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(HalfPrecision.fromFloat16((short) 0x7e00)).isNaN();
    assertThat(HalfPrecision.fromFloat16((short) 0x7c01)).isNaN();
  }

  @Test
  void shouldReadEveryBfloat16() {
    float[] floats = TensorReader.floats(DataType.BFLOAT16, 1 << 16, allShorts());

    for (int bits = 0; bits < 1 << 16; bits++) {
      assertThat(Float.floatToIntBits(floats[bits]))
          .as("bfloat16 0x%04x", bits)
          .isEqualTo(Float.floatToIntBits(bfloat16ByDefinition(bits)));
    }
  }

  @ParameterizedTest
  @EnumSource(value = DataType.class, names = "UNKNOWN", mode = Mode.EXCLUDE)
  void shouldReadBetweenPositionAndLimitAndChangeNeither(DataType type) {
    ByteBuffer data = four(type);
    ByteBuffer padded =
        ByteBuffer.allocate(data.remaining() + 8).putInt(0, -1).put(5, data, 0, data.limit());
    padded.position(5).limit(5 + data.limit());

    assertThat(TensorReader.floats(type, 4, padded)).containsExactly(FOUR);
    assertThat(padded.position()).isEqualTo(5);
    assertThat(padded.limit()).isEqualTo(5 + data.limit());
    assertThat(padded.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
  }

  @ParameterizedTest
  @EnumSource(value = DataType.class, names = "UNKNOWN", mode = Mode.EXCLUDE)
  void shouldReadDirectReadOnlyAndSlicedBuffers(DataType type) {
    ByteBuffer data = four(type);
    ByteBuffer direct =
        ByteBuffer.allocateDirect(data.limit()).put(data.duplicate()).flip();
    ByteBuffer slice = ByteBuffer.allocate(data.limit() + 3)
        .put(3, data, 0, data.limit())
        .position(3)
        .slice();

    assertThat(TensorReader.floats(type, 4, direct)).containsExactly(FOUR);
    assertThat(TensorReader.floats(type, 4, data.asReadOnlyBuffer())).containsExactly(FOUR);
    assertThat(TensorReader.floats(type, 4, slice)).containsExactly(FOUR);
  }

  @Test
  void shouldReadATensorWithoutElements() {
    Tensor tensor = new Tensor(DataType.FLOAT16, List.of(0, 256), ByteBuffer.allocate(0));

    assertThat(TensorReader.floats(tensor)).isEmpty();
  }

  @Test
  void shouldNameShapeTypeAndSizesOfAMismatch() {
    Tensor tensor = new Tensor(DataType.FLOAT16, List.of(3, 2), ByteBuffer.allocate(11));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorReader.floats(tensor))
        .withMessage("FLOAT16 tensor of shape [3, 2] needs 12 bytes, but has 11.");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 3, 5, Integer.MAX_VALUE, 1L << 32, (1L << 62) + 4, Long.MAX_VALUE})
  void shouldRejectACountThatDoesNotMatchTheBytes(long elements) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorReader.floats(DataType.FLOAT32, elements, four(DataType.FLOAT32)))
        .withMessageContaining("%d FLOAT32 elements".formatted(elements))
        .withMessageContaining("16");
  }

  @Test
  void shouldRejectAPartialElement() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorReader.floats(DataType.FLOAT32, 4, ByteBuffer.allocate(17)));
  }

  @Test
  void shouldRejectANegativeExtent() {
    Tensor tensor = new Tensor(DataType.FLOAT32, List.of(-2, -2), four(DataType.FLOAT32));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorReader.floats(tensor))
        .withMessage("Tensor shape [-2, -2] has a negative extent.");
  }

  @Test
  void shouldRejectAShapeWhoseSizeOverflows() {
    // 2^64 + 4 elements would be 4.
    Tensor tensor = new Tensor(
        DataType.FLOAT32, List.of(Integer.MAX_VALUE, Integer.MAX_VALUE, 5), four(DataType.FLOAT32));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorReader.floats(tensor))
        .withMessageContaining("more elements than can be counted");
  }

  @Test
  void shouldRejectAShapeOfAMillionDimensions() {
    Tensor tensor = new Tensor(
        DataType.FLOAT32, Collections.nCopies(1_000_000, 1), ByteBuffer.allocate(Float.BYTES));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorReader.floats(tensor))
        .withMessage("Tensor has 1000000 dimensions, more than 8.");
  }

  @Test
  void shouldRejectATypeThatThisVersionDoesNotKnow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorReader.floats(DataType.UNKNOWN, 0, ByteBuffer.allocate(0)))
        .withMessage("data_type is a type that this version does not know.");
  }

  private static ByteBuffer four(DataType type) {
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case FLOAT32 -> {
        for (float value : FOUR) {
          data.putFloat(value);
        }
      }
      case FLOAT16 -> {
        for (int bits : new int[] {0x3c00, 0xc100, 0x3600, 0x6400}) {
          data.putShort((short) bits);
        }
      }
      case BFLOAT16 -> {
        for (int bits : new int[] {0x3f80, 0xc020, 0x3ec0, 0x4480}) {
          data.putShort((short) bits);
        }
      }
      case UNKNOWN -> throw new IllegalArgumentException();
    }
    return data.flip().order(ByteOrder.BIG_ENDIAN);
  }

  private static ByteBuffer allShorts() {
    ByteBuffer data = ByteBuffer.allocate(1 << 17).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits = 0; bits < 1 << 16; bits++) {
      data.putShort((short) bits);
    }
    return data.flip();
  }

  private static float float16ByDefinition(int bits) {
    return byDefinition(bits, 5, 10);
  }

  private static float bfloat16ByDefinition(int bits) {
    return byDefinition(bits, 8, 7);
  }

  /** IEEE 754-2019, 3.4: (-1)^s * 2^(E - bias) * (1 + 2^-t * T), and its special cases. */
  private static float byDefinition(int bits, int exponentBits, int mantissaBits) {
    int bias = (1 << (exponentBits - 1)) - 1;
    int exponent = bits >> mantissaBits & (1 << exponentBits) - 1;
    double fraction = (bits & (1 << mantissaBits) - 1) * Math.pow(2, -mantissaBits);
    double magnitude;
    if (exponent == (1 << exponentBits) - 1) {
      magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else if (exponent == 0) {
      magnitude = fraction * Math.pow(2, 1 - bias);
    } else {
      magnitude = (1 + fraction) * Math.pow(2, exponent - bias);
    }
    return (float) (bits >> 15 == 0 ? magnitude : -magnitude);
  }
}
