package io.promptstream.workbench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void shouldWriteBytesWithTheirUnit() {
    assertThat(Numbers.bytes(1023)).isEqualTo("1023 B");
    assertThat(Numbers.bytes(1536)).isEqualTo("1.5 KiB");
    assertThat(Numbers.bytes(4 << 20)).isEqualTo("4.0 MiB");
  }

  @Test
  void shouldWriteShortTimesFiner() {
    assertThat(Numbers.millis(3.14159)).isEqualTo("3.1 ms");
    assertThat(Numbers.millis(1234.5)).isEqualTo("1235 ms");
  }

  @Test
  void shouldTakeTheMiddleValue() {
    assertThat(Numbers.median(9, 1, 2)).isEqualTo(2);
    assertThat(Numbers.median(4, 1, 2, 9)).isEqualTo(3);
    assertThat(Numbers.median()).isNaN();
  }
}
