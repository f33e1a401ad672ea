package io.promptstream.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.promptstream.encoder.InvalidPromptException.Reason;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PromptFramerTest {
  private static final ImageSize TRUCK = new ImageSize(1200, 1800);
  private static final Box BOX = new Box(425, 600, 700, 875);

  private final PromptFramer framer = new PromptFramer(Profile.SAM, 3);

  @Test
  void shouldPadPointsWithoutABox() {
    FramedPrompt framed = framer.frame(prompt(TRUCK, List.of(foreground(500, 375)), null));

    assertThat(framed.labels()).containsExactly(1, -1);
    assertThat(framed.tokens()).isEqualTo(2);
  }

  @Test
  void shouldPutCornersAfterPointsWithoutPadding() {
    FramedPrompt framed = framer.frame(
        prompt(null, List.of(foreground(1, 2), new Point(3, 4, PointLabel.BACKGROUND)), BOX));

    assertThat(framed.labels()).containsExactly(1, 0, 2, 3);
    assertThat(framed.coordinates()).containsExactly(1, 2, 3, 4, 425, 600, 700, 875);
  }

  @Test
  void shouldGiveABoxWithoutPointsOnlyItsCorners() {
    assertThat(framer.frame(prompt(TRUCK, List.of(), BOX)).labels()).containsExactly(2, 3);
  }

  @Test
  void shouldGiveAnEmptyPromptNoTokens() {
    assertThat(framer.frame(prompt(TRUCK, List.of(), null)).tokens()).isZero();
  }

  /** Expects the values of {@code ResizeLongestSide(1024).apply_coords}, computed by hand. */
  @ParameterizedTest
  @CsvSource({
    "1200, 1800, 500, 375, 284.444444, 213.4375",
    "480, 640, 640, 480, 1024, 768",
    "1, 1, 1, 1, 1024, 1024",
    "3000, 17, 17, 3000, 6, 1024",
    "2147483647, 1, 1, 2147483647, 0, 1024"
  })
  void shouldScaleByTheLongestSideWithTheShorterSideRounded(
      int height, int width, double x, double y, float frameX, float frameY) {
    FramedPrompt framed =
        framer.frame(prompt(new ImageSize(height, width), List.of(foreground(x, y)), null));

    assertThat(framed.coordinates()[0]).isEqualTo(frameX);
    assertThat(framed.coordinates()[1]).isEqualTo(frameY);
  }

  /** Expects the values of {@code SAM2Transforms.transform_coords}, computed in float32. */
  @ParameterizedTest
  @CsvSource({
    "sam2, 1200, 1800, 500, 375, 284.44446, 320",
    "sam2, 480, 640, 640, 480, 1024, 1024",
    "sam2, 1, 1, 1, 1, 1024, 1024",
    "sam2, 3000, 17, 17, 3000, 1024, 1024",
    "sam3-tracker, 1200, 1800, 500, 375, 280, 315",
    "sam3-tracker, 17, 640, 333.3, 11.5286, 524.94745, 683.5781",
    "sam3-tracker, 2147483647, 1, 1, 2147483647, 1008, 1008"
  })
  void shouldStretchBothSidesToASquareFrame(
      String profile, int height, int width, double x, double y, float frameX, float frameY) {
    PromptFramer square = new PromptFramer(Profile.named(profile).orElseThrow(), 3);

    FramedPrompt framed =
        square.frame(prompt(new ImageSize(height, width), List.of(foreground(x, y)), null));

    assertThat(framed.coordinates()[0]).isEqualTo(frameX);
    assertThat(framed.coordinates()[1]).isEqualTo(frameY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sam2", "sam3-tracker"})
  void shouldPutCornersBeforePointsAndAlwaysPadForSam2AndSam3(String profile) {
    PromptFramer framer = new PromptFramer(Profile.named(profile).orElseThrow(), 3);
    List<Point> points = List.of(foreground(1, 2), new Point(3, 4, PointLabel.BACKGROUND));

    FramedPrompt both = framer.frame(prompt(null, points, BOX));
    assertThat(both.labels()).containsExactly(2, 3, 1, 0, -1);
    assertThat(both.coordinates()).containsExactly(425, 600, 700, 875, 1, 2, 3, 4, 0, 0);
    assertThat(framer.frame(prompt(TRUCK, List.of(), BOX)).labels()).containsExactly(2, 3, -1);
    assertThat(framer.frame(prompt(TRUCK, points, null)).labels()).containsExactly(1, 0, -1);
    assertThat(framer.frame(prompt(TRUCK, List.of(), null)).tokens()).isZero();
  }

  @Test
  void shouldCheckMasksAndCoordinatesAgainstTheSizesOfTheProfile() {
    PromptFramer framer = new PromptFramer(Profile.SAM3_TRACKER, 3);
    MaskLogits mask = new MaskLogits(288, 288, new float[288 * 288]);

    assertThat(framer.frame(new Prompt(null, List.of(), null, mask)).mask())
        .isEqualTo(mask.logits());
    assertRejected(
        framer,
        new Prompt(null, List.of(), null, new MaskLogits(256, 256, new float[256 * 256])),
        Reason.MASK_SIZE,
        "mask.height 256 and mask.width 256, must be 288 and 288");
    assertRejected(
        framer,
        prompt(null, List.of(foreground(1, 1009)), null),
        Reason.OUT_OF_IMAGE,
        "points[0].y is 1009.0, outside of 0 to 1008");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1800, 1200", "-0.0, 3e-310"})
  void shouldAcceptCoordinatesOnTheEdge(double x, double y) {
    assertThat(framer.frame(prompt(TRUCK, List.of(foreground(x, y)), null)).tokens())
        .isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, 5, COORDINATE_NOT_FINITE, points[0].x is NaN",
    "5, Infinity, COORDINATE_NOT_FINITE, points[0].y is Infinity",
    "-Infinity, 5, COORDINATE_NOT_FINITE, points[0].x is -Infinity",
    "-0.25, 5, OUT_OF_IMAGE, 'points[0].x is -0.25, outside of 0 to 1800'",
    "1800.5, 5, OUT_OF_IMAGE, 'points[0].x is 1800.5, outside of 0 to 1800'",
    "5, 1201, OUT_OF_IMAGE, 'points[0].y is 1201.0, outside of 0 to 1200'"
  })
  void shouldRejectAPointThatIsNotInTheImage(double x, double y, Reason reason, String message) {
    assertRejected(prompt(TRUCK, List.of(foreground(x, y)), null), reason, message);
  }

  @Test
  void shouldNameTheInvalidPoint() {
    assertRejected(
        prompt(TRUCK, List.of(foreground(1, 1), foreground(1, 2000)), null),
        Reason.OUT_OF_IMAGE,
        "points[1].y is 2000.0, outside of 0 to 1200");
  }

  @Test
  void shouldCheckCoordinatesInTheModelFrameAgainstItsSize() {
    assertRejected(
        prompt(null, List.of(foreground(1025, 1)), null),
        Reason.OUT_OF_IMAGE,
        "points[0].x is 1025.0, outside of 0 to 1024");
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, 2, 3, 4, COORDINATE_NOT_FINITE, box.x_min is NaN",
    "1, 2, Infinity, 4, COORDINATE_NOT_FINITE, box.x_max is Infinity",
    "1, -2, 3, 4, OUT_OF_IMAGE, 'box.y_min is -2.0, outside of 0 to 1200'",
    "1, 2, 3, 1201, OUT_OF_IMAGE, 'box.y_max is 1201.0, outside of 0 to 1200'",
    "3, 2, 1, 4, BOX_INVERTED, box.x_max 1.0 is less than box.x_min 3.0",
    "1, 4, 3, 2, BOX_INVERTED, box.y_max 2.0 is less than box.y_min 4.0"
  })
  void shouldRejectAnInvalidBox(
      double xMin, double yMin, double xMax, double yMax, Reason reason, String message) {
    assertRejected(prompt(TRUCK, List.of(), new Box(xMin, yMin, xMax, yMax)), reason, message);
  }

  @ParameterizedTest
  @CsvSource({"0, 5, height", "-1, 5, height", "5, 0, width", "5, -2147483648, width"})
  void shouldRejectAnImageWithoutPixels(int height, int width, String side) {
    int wrong = side.equals("height") ? height : width;
    assertRejected(
        prompt(new ImageSize(height, width), List.of(), null),
        Reason.IMAGE_SIZE,
        "image_size.%s is %d, must be positive".formatted(side, wrong));
  }

  @Test
  void shouldRejectMorePointsThanAllowed() {
    assertRejected(
        prompt(TRUCK, Collections.nCopies(4, foreground(1, 1)), null),
        Reason.TOO_MANY_POINTS,
        "points has 4 points, at most 3 are allowed");
  }

  @Test
  void shouldRejectAMaskOfAnotherSize() {
    assertRejected(
        new Prompt(null, List.of(), null, new MaskLogits(128, 256, new float[128 * 256])),
        Reason.MASK_SIZE,
        "mask.height 128 and mask.width 256, must be 256 and 256");
    assertRejected(
        new Prompt(null, List.of(), null, new MaskLogits(256, 256, new float[7])),
        Reason.MASK_SIZE,
        "mask.logits has 7 values, must have 65536");
  }

  @Test
  void shouldAcceptAMaskOfAnyValuesThatDoNotOverflow() {
    float[] logits = new float[256 * 256];
    logits[0] = Math.nextDown(0x1p48f);
    logits[1] = -Math.nextDown(0x1p48f);
    logits[2] = Float.MIN_VALUE;
    logits[3] = -0f;

    FramedPrompt prompt =
        framer.frame(new Prompt(null, List.of(), null, new MaskLogits(256, 256, logits)));

    assertThat(prompt.mask()).isEqualTo(logits);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void shouldRejectAMaskWithAValueThatIsNotFinite(float value) {
    float[] logits = new float[256 * 256];
    Arrays.fill(logits, Math.nextDown(0x1p48f));
    logits[2 * 256 + 3] = value;
    assertRejected(
        new Prompt(null, List.of(), null, new MaskLogits(256, 256, logits)),
        Reason.MASK_NOT_FINITE,
        "mask.logits is %s in row 2, column 3".formatted(value));
  }

  @ParameterizedTest
  @ValueSource(floats = {0x1p48f, -0x1p48f, 1e20f, Float.MAX_VALUE, -Float.MAX_VALUE})
  void shouldRejectAMaskWithAValueThatWouldOverflow(float value) {
    float[] logits = new float[256 * 256];
    logits[2 * 256 + 3] = value;
    assertRejected(
        new Prompt(null, List.of(), null, new MaskLogits(256, 256, logits)),
        Reason.MASK_OUT_OF_RANGE,
        "mask.logits is %s in row 2, column 3, must be less than 2.81474977E14".formatted(value));
  }

  @Test
  void shouldIgnoreTheCoordinatesOfPadding() {
    Point padding = new Point(Double.NaN, -1, PointLabel.NOT_A_POINT);
    FramedPrompt framed = framer.frame(prompt(TRUCK, List.of(padding), null));

    assertThat(framed.labels()).containsExactly(-1, -1);
    assertThat(framed.coordinates()).containsOnly(0);
  }

  private void assertRejected(Prompt prompt, Reason reason, String message) {
    assertRejected(framer, prompt, reason, message);
  }

  private static void assertRejected(
      PromptFramer framer, Prompt prompt, Reason reason, String message) {
    assertThatExceptionOfType(InvalidPromptException.class)
        .isThrownBy(() -> framer.frame(prompt))
        .withMessage(message)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static Prompt prompt(@Nullable ImageSize size, List<Point> points, @Nullable Box box) {
    return new Prompt(size, points, box, null);
  }

  private static Point foreground(double x, double y) {
    return new Point(x, y, PointLabel.FOREGROUND);
  }
}
