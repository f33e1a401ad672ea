package io.promptstream.workbench.report;

import static io.promptstream.workbench.report.SyntheticSam.background;
import static io.promptstream.workbench.report.SyntheticSam.event;
import static io.promptstream.workbench.report.SyntheticSam.foreground;
import static io.promptstream.workbench.report.SyntheticSam.withMask;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.schemas.Box;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.PromptEvent;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  private static final SyntheticSam SAM = new SyntheticSam(7);
  private static final float[] DENSE_PE = SAM.densePositionalEncoding();
  private static final ImageSize SIZE = new ImageSize(1200, 1800);
  private static final Box BOX = new Box(425.0, 600.0, 700.0, 875.0);
  private static final PromptEvent CLICK =
      event("click", SIZE, List.of(foreground(500, 375)), null);
  private static final Pattern PNG = Pattern.compile("data:image/png;base64,([A-Za-z0-9+/=]+)");

  @TempDir
  private Path directory;

  @Test
  void shouldHaveOneSectionForEachPrompt() throws Exception {
    String page = report(
        encoded(CLICK),
        encoded(event("box", SIZE, List.of(), BOX)),
        encoded(event("both", SIZE, List.of(background(575, 750)), BOX)));

    assertThat(page).containsOnlyOnce("<h3>click</h3>");
    assertThat(page).containsOnlyOnce("<h3>box</h3>");
    assertThat(page).containsOnlyOnce("<h3>both</h3>");
    assertThat(page.split("<section ", -1)).hasSize(4);
  }

  @Test
  void shouldWarnOfRandomWeights() throws Exception {
    assertThat(report(true, encoded(CLICK))).contains("Random weights, not trained.");
  }

  @Test
  void shouldNotWarnOfTrainedWeights() throws Exception {
    assertThat(report(false, encoded(CLICK))).doesNotContainIgnoringCase("random weights");
  }

  @Test
  void shouldEscapeUntrustedText() throws Exception {
    String hostile = "\"><script>alert(1)</script>";
    PromptEvent event = PromptEvent.newBuilder()
        .setPromptId(hostile)
        .setImageId(hostile)
        .setPoints(List.of())
        .setBox(BOX)
        .build();

    String page = report(encoded(event), new PromptFailure(hostile, hostile, hostile));

    assertThat(page).doesNotContain("<script").contains("&lt;script&gt;alert(1)");
  }

  @Test
  void shouldHaveNoExternalReferences() throws Exception {
    assertThat(report(encoded(withMask(CLICK))))
        .doesNotContainPattern("(src|href|url)\\s*[=(]\\s*\"?(?!\"?data:)\\w")
        .doesNotContain("http:", "https:", "@import");
  }

  @Test
  void shouldShowPrincipalComponentsOnlyWithAMask() throws Exception {
    String caption = "principal components of the dense embedding</figcaption>";

    assertThat(report(encoded(CLICK))).doesNotContain(caption).contains("NO_MASK");
    assertThat(report(encoded(withMask(CLICK)))).containsOnlyOnce(caption).contains("FACTORED");
  }

  @Test
  void shouldShowAPromptWithoutTokens() throws Exception {
    String page = report(encoded(withMask(event("mask", SIZE, List.of(), null))));

    assertThat(page).contains("<h3>mask</h3>", "no tokens").doesNotContain("<circle");
  }

  @Test
  void shouldRingThePlacesOfThePromptOnTheMap() throws Exception {
    assertThat(report(encoded(event("both", SIZE, List.of(background(575, 750)), BOX))))
        .contains("<circle class=\"ring\" cx=\"575.00\" cy=\"750.00\"")
        .contains("<circle class=\"ring\" cx=\"425.00\" cy=\"600.00\"")
        .contains("<circle class=\"ring\" cx=\"700.00\" cy=\"875.00\"");
  }

  @Test
  void shouldDrawPointsByTheirLabelAndTheBoxToScale() throws Exception {
    assertThat(report(
            encoded(event("p", SIZE, List.of(foreground(500, 375), background(1, 2)), BOX))))
        .contains("<svg viewBox=\"0 0 1800 1200\"")
        .contains("<g class=\"foreground\" transform=\"translate(500.00 375.00)\">")
        .contains("<g class=\"background\" transform=\"translate(1.00 2.00)\">")
        .contains(
            "<rect class=\"box\" x=\"425.00\" y=\"600.00\" width=\"275.00\" height=\"275.00\"/>");
  }

  @Test
  void shouldTintThePositiveAreaOfTheMask() throws Exception {
    var mask =
        pictures(report(encoded(withMask(event("m", null, List.of(), null))))).get(0);

    assertThat(mask.getRGB(102, 77) >>> 24).as("inside the disc").isPositive();
    assertThat(mask.getRGB(250, 250) >>> 24).as("outside the disc").isZero();
  }

  @Test
  void shouldLightUpTheClickedPlaceInThePage() throws Exception {
    var map = pictures(report(encoded(CLICK))).get(0);

    // 500 of 1800 pixels is cell 17.8, 375 of the frame's 1800 rows is cell 13.3.
    assertThat(map.getRGB(17, 13) & 0xFFFFFF).isEqualTo(ColourMap.VIRIDIS.rgb(1));
  }

  @Test
  void shouldShowAPictureForEachTokenIfThereAreFew() throws Exception {
    assertThat(report(encoded(CLICK)))
        .containsPattern("foreground, 0\\.\\d\\d</figcaption>")
        .containsPattern("padding, 0\\.\\d\\d</figcaption>");
  }

  @Test
  void shouldListErrorsWithCodeAndMessage() throws Exception {
    assertThat(report(new PromptFailure("bad", "OUT_OF_IMAGE", "points[0].x is 9000")))
        .contains("<td>bad</td>", "OUT_OF_IMAGE", "points[0].x is 9000");
  }

  @Test
  void shouldSayThatRecordsAreMissing() throws Exception {
    String missing = "every event accounted for";

    assertThat(report(new RecordCounts(3, 1, 1, 1), encoded(CLICK))).contains(missing);
    assertThat(report(new RecordCounts(2, 1, 1, 1), encoded(CLICK))).doesNotContain(missing);
  }

  @Test
  void shouldGiveMedianAndLongestTime() throws Exception {
    assertThat(report(SAM.encode(CLICK, 3), SAM.encode(CLICK, 50), SAM.encode(CLICK, 7)))
        .contains("<b>7.0 ms</b><span>median time", "<b>50 ms</b><span>longest time");
  }

  @Test
  void shouldShowARunWithoutPrompts() throws Exception {
    assertThat(report(new RecordCounts(0, 0, 0, 0))).contains("</html>").doesNotContain("NaN");
  }

  private static PromptOutcome encoded(PromptEvent event) {
    return SAM.encode(event, 5);
  }

  private String report(PromptOutcome... outcomes) throws IOException {
    return report(true, outcomes);
  }

  private String report(boolean randomWeights, PromptOutcome... outcomes) throws IOException {
    return report(randomWeights, new RecordCounts(1, 1, 1, 0), outcomes);
  }

  private String report(RecordCounts counts, PromptOutcome... outcomes) throws IOException {
    return report(true, counts, outcomes);
  }

  private String report(boolean randomWeights, RecordCounts counts, PromptOutcome... outcomes)
      throws IOException {
    Path file = directory.resolve("report.html");
    HtmlReport.write(
        new ReportData(
            "PromptStream", SAM.info(randomWeights), DENSE_PE, counts, List.of(outcomes)),
        file);
    return Files.readString(file);
  }

  private static List<BufferedImage> pictures(String page) throws IOException {
    List<BufferedImage> pictures = new ArrayList<>();
    for (MatchResult png : PNG.matcher(page).results().toList()) {
      pictures.add(
          ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(png.group(1)))));
    }
    return pictures;
  }
}
