package io.promptstream.workbench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimilarityMapTest {
  private static final SyntheticSam SAM = new SyntheticSam(7);
  private static final PositionalGrid GRID = SAM.grid();

  @ParameterizedTest
  @CsvSource({"8, 8", "500, 375", "1015.2, 3.9", "0, 1023", "648, 520"})
  void shouldBeBrightestWhereTheUserClicked(double x, double y) {
    SimilarityMap map = GRID.similarity(SAM.token(x, y, 1));

    assertThat(map.at((int) ((y + 0.5) / 16), (int) ((x + 0.5) / 16))).isEqualTo(map.peak());
  }

  @Test
  void shouldBeOneWhereATokenIsThePositionalEncodingItself() {
    SimilarityMap map = GRID.similarity(cellEncoding(20, 30));

    assertThat(map.at(20, 30)).isCloseTo(1, within(1e-6));
  }

  @Test
  void shouldStayDarkForPadding() {
    assertThat(GRID.similarity(SAM.padding()).peak())
        .isLessThan(GRID.similarity(SAM.token(500, 375, 1)).peak() / 2);
  }

  @Test
  void shouldHaveTheLargestOfSeveralMaps() {
    SimilarityMap both = SimilarityMap.max(
        List.of(GRID.similarity(cellEncoding(5, 6)), GRID.similarity(cellEncoding(50, 60))));

    assertThat(both.at(5, 6)).isCloseTo(1, within(1e-6));
    assertThat(both.at(50, 60)).isCloseTo(1, within(1e-6));
  }

  @Test
  void shouldPaintTheMostSimilarCellBrightest() {
    BufferedImage image = GRID.similarity(cellEncoding(20, 30)).paint(1);

    assertThat(image.getRGB(30, 20) & 0xFFFFFF).isEqualTo(ColourMap.VIRIDIS.rgb(1));
    assertThat(image.getRGB(60, 60) & 0xFFFFFF).isNotEqualTo(ColourMap.VIRIDIS.rgb(1));
  }

  @Test
  void shouldBeDarkEverywhereForATokenWithoutLength() {
    SimilarityMap map = GRID.similarity(new float[SyntheticSam.WIDTH]);

    assertThat(map.peak()).isZero();
    assertThat(map.paint(map.peak()).getRGB(0, 0) & 0xFFFFFF).isEqualTo(ColourMap.VIRIDIS.rgb(0));
  }

  @Test
  void shouldRefuseATokenOfAnotherWidth() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GRID.similarity(new float[255]))
        .withMessage("token has 255 values, expected 256");
  }

  @Test
  void shouldRefuseAPositionalEncodingOfAnotherSize() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PositionalGrid(64, 256, new float[7]))
        .withMessage("a dense positional encoding of 7 values is not [256, 64, 64]");
  }

  private static float[] cellEncoding(int row, int column) {
    float[] dense = SAM.densePositionalEncoding();
    int cells = SyntheticSam.SIDE * SyntheticSam.SIDE;
    float[] encoding = new float[SyntheticSam.WIDTH];
    for (int channel = 0; channel < encoding.length; channel++) {
      encoding[channel] = dense[channel * cells + row * SyntheticSam.SIDE + column];
    }
    return encoding;
  }
}
