package io.promptstream.workbench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promptstream.encoder.Profile;
import io.promptstream.schemas.ImageSize;
import org.junit.jupiter.api.Test;

class ImageFrameTest {
  @Test
  void shouldSpanTheLongestSide() {
    ImageFrame frame = ImageFrame.of(new ImageSize(1200, 1800), Profile.SAM);

    assertThat(frame.frameWidth()).isEqualTo(1800);
    // 1200 · 1024 / 1800 rounds to 683 rows.
    assertThat(frame.frameHeight()).isCloseTo(1024 * 1200 / 683.0, within(1e-9));
  }

  @Test
  void shouldBeTheModelFrameWhereNoImageIsGiven() {
    assertThat(ImageFrame.of(null, Profile.SAM)).isEqualTo(new ImageFrame(1024, 1024, 1024, 1024));
  }

  @Test
  void shouldStayFiniteForAnImageOfOneRow() {
    assertThat(ImageFrame.of(new ImageSize(1, 1_000_000), Profile.SAM).frameHeight())
        .isEqualTo(1024);
  }

  @Test
  void shouldBeTheImageItselfWhereBothSidesAreStretched() {
    assertThat(ImageFrame.of(new ImageSize(1200, 1800), Profile.SAM3_TRACKER))
        .isEqualTo(new ImageFrame(1800, 1200, 1800, 1200));
  }
}
