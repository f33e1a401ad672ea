package io.promptstream.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EmbeddingBytesTest {
  @ParameterizedTest
  @CsvSource({
    "0x1p0f, 0x3f80",
    "-0x1p0f, 0xbf80",
    "0x1.01p0f, 0x3f80",
    "0x1.03p0f, 0x3f82",
    "0x1.010002p0f, 0x3f81",
    "-0.0f, 0x8000",
    "0x1.fffffep127f, 0x7f80",
    "Infinity, 0x7f80",
    "-Infinity, 0xff80",
    "NaN, 0x7fc0",
    "0x1p-149f, 0x0000"
  })
  void shouldRoundToTheNearestBfloat16WithTiesToEven(String value, String expected) {
    short rounded = EmbeddingBytes.bfloat16(Float.parseFloat(value));

    assertThat(rounded & 0xffff).isEqualTo(Integer.decode(expected));
  }
}
