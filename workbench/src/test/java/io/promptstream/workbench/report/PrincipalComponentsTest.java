package io.promptstream.workbench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PrincipalComponentsTest {
  private static final int ROWS = 8;
  private static final int COLUMNS = 4;
  private static final int CELLS = ROWS * COLUMNS;

  @Test
  void shouldFindTheDirectionsOfLargestVarianceInTheirOrder() {
    PrincipalComponents components = PrincipalComponents.of(planted(), ROWS, COLUMNS);

    for (int cell = 0; cell < CELLS; cell++) {
      assertThat(components.scores(0)[cell]).isCloseTo(5 * wave(1, cell), within(1e-5));
      assertThat(components.scores(1)[cell]).isCloseTo(3 * wave(2, cell), within(1e-5));
      assertThat(components.scores(2)[cell]).isCloseTo(wave(3, cell), within(1e-5));
    }
  }

  @Test
  void shouldIgnoreAConstantOffset() {
    float[] shifted = planted();
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] += 100;
    }

    double[] scores = PrincipalComponents.of(shifted, ROWS, COLUMNS).scores(0);

    assertThat(scores[3])
        .isCloseTo(PrincipalComponents.of(planted(), ROWS, COLUMNS).scores(0)[3], within(1e-3));
  }

  @Test
  void shouldPaintAConstantEmbeddingGrey() {
    var image = PrincipalComponents.of(new float[5 * CELLS], ROWS, COLUMNS).paint();

    assertThat(image.getWidth()).isEqualTo(COLUMNS);
    assertThat(image.getHeight()).isEqualTo(ROWS);
    assertThat(image.getRGB(1, 1) & 0xFFFFFF).isEqualTo(0x808080);
  }

  @Test
  void shouldPaintAnEmbeddingThatIsNotFiniteGrey() {
    float[] dense = planted();
    dense[7] = Float.NaN;

    assertThat(PrincipalComponents.of(dense, ROWS, COLUMNS).paint().getRGB(0, 0) & 0xFFFFFF)
        .isEqualTo(0x808080);
  }

  @Test
  void shouldTakeAnEmbeddingWithFewerChannelsThanColours() {
    float[] one = new float[CELLS];
    one[0] = 1;

    PrincipalComponents components = PrincipalComponents.of(one, ROWS, COLUMNS);

    assertThat(components.scores(0)[0]).isPositive();
    assertThat(components.scores(2)).containsOnly(0);
  }

  /** Channels 4, 1 and 2 are orthogonal waves of falling amplitude; the others are constant. */
  private static float[] planted() {
    float[] dense = new float[6 * CELLS];
    for (int cell = 0; cell < CELLS; cell++) {
      dense[4 * CELLS + cell] = (float) (5 * wave(1, cell));
      dense[CELLS + cell] = (float) (3 * wave(2, cell));
      dense[2 * CELLS + cell] = (float) wave(3, cell);
    }
    return dense;
  }

  private static double wave(int frequency, int cell) {
    return Math.cos(2 * Math.PI * frequency * cell / CELLS);
  }
}
