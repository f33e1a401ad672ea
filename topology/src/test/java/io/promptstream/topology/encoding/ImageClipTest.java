package io.promptstream.topology.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.encoder.Box;
import io.promptstream.encoder.ImageSize;
import io.promptstream.encoder.Point;
import io.promptstream.encoder.PointLabel;
import io.promptstream.encoder.Prompt;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageClipTest {
  private static final ImageSize IMAGE = new ImageSize(100, 200);

  private static Prompt point(@Nullable ImageSize size, double x, double y) {
    return new Prompt(size, List.of(new Point(x, y, PointLabel.FOREGROUND)), null, null);
  }

  private static Prompt box(double xMin, double yMin, double xMax, double yMax) {
    return new Prompt(IMAGE, List.of(), new Box(xMin, yMin, xMax, yMax), null);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 5, 0, 5",
    "200.5, 5, 200, 5",
    "1e308, -1e308, 200, 0",
    "5, 101, 5, 100",
    "-3, NaN, 0, NaN",
    "-3, -Infinity, 0, -Infinity"
  })
  void shouldMoveAPointToTheEdge(double x, double y, double movedX, double movedY) {
    assertThat(ImageClip.clip(point(IMAGE, x, y), 1024)).isEqualTo(point(IMAGE, movedX, movedY));
  }

  @ParameterizedTest
  @CsvSource({
    "-5, 10, 20, 30, 0, 10, 20, 30",
    "5, -10, 300, 400, 5, 0, 200, 100",
    "-5, -5, 0, 0, 0, 0, 0, 0",
    "200, 100, 300, 300, 200, 100, 200, 100"
  })
  void shouldIntersectABoxWithTheImage(
      double xMin,
      double yMin,
      double xMax,
      double yMax,
      double clippedXMin,
      double clippedYMin,
      double clippedXMax,
      double clippedYMax) {
    assertThat(ImageClip.clip(box(xMin, yMin, xMax, yMax), 1024))
        .isEqualTo(box(clippedXMin, clippedYMin, clippedXMax, clippedYMax));
  }

  @ParameterizedTest
  @CsvSource({
    "-5, 10, -1, 30",
    "201, 10, 300, 30",
    "5, -10, 20, -1",
    "5, 101, 20, 300",
    "300, 10, 250, 30",
    "5, 30, 20, -10",
    "NaN, 10, 300, 30",
    "0, -0.0, 200, 100"
  })
  void shouldLeaveABoxThatIsInsideOrHasNoPlaceInTheImage(
      double xMin, double yMin, double xMax, double yMax) {
    Prompt prompt = box(xMin, yMin, xMax, yMax);

    assertThat(ImageClip.clip(prompt, 1024)).isSameAs(prompt);
  }

  @Test
  void shouldTakeTheModelFrameForTheImageIfItHasNoSize() {
    assertThat(ImageClip.clip(point(null, 2000, 5), 1008)).isEqualTo(point(null, 1008, 5));
  }
}
