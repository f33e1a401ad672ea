package io.promptstream.workbench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ColourMapTest {
  @Test
  void shouldGetLighterThroughout() {
    double before = -1;
    for (int i = 0; i <= 200; i++) {
      double luminance = luminance(ColourMap.VIRIDIS.rgb(i / 200.0));
      assertThat(luminance).as("at %d of 200", i).isGreaterThan(before - 0.6);
      before = luminance;
    }
    assertThat(before).isGreaterThan(luminance(ColourMap.VIRIDIS.rgb(0)) + 150);
  }

  @Test
  void shouldClampValuesOutsideTheRange() {
    assertThat(ColourMap.VIRIDIS.rgb(-3)).isEqualTo(ColourMap.VIRIDIS.rgb(0)).isEqualTo(0x440154);
    assertThat(ColourMap.VIRIDIS.rgb(7)).isEqualTo(ColourMap.VIRIDIS.rgb(1)).isEqualTo(0xFDE725);
    assertThat(ColourMap.VIRIDIS.rgb(Double.NaN)).isEqualTo(ColourMap.VIRIDIS.rgb(0));
  }

  private static double luminance(int rgb) {
    return 0.2126 * (rgb >> 16) + 0.7152 * (rgb >> 8 & 0xFF) + 0.0722 * (rgb & 0xFF);
  }
}
