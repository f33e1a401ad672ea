package io.promptstream.workbench.report;

import io.promptstream.schemas.Box;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.Tensor;
import io.promptstream.schemas.reader.TensorReader;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws a prompt and pictures of the model frame to the scale of the prompt's image, so that all
 * drawings of a prompt are aligned.
 */
final class PromptDrawing {
  /** Only every fourth grid line is drawn: all lines would merge into grey. */
  private static final int CELLS_PER_LINE = 4;

  private static final int MASK_ARGB = 0x8C3B82F6;

  private final PromptEvent event;
  private final ImageFrame frame;
  private final int gridSize;

  /**
   * @param event the prompt
   * @param frame its image and the model frame
   * @param gridSize rows and columns of the grid of image embeddings
   */
  PromptDrawing(PromptEvent event, ImageFrame frame, int gridSize) {
    this.event = event;
    this.frame = frame;
    this.gridSize = gridSize;
  }

  /** Returns an SVG of the image's frame, the grid, the mask, the box and the points. */
  String prompt() {
    StringBuilder svg = new StringBuilder();
    svg.append(format(
        "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>", frame.width(), frame.height()));
    if (event.getMask() instanceof LogitsMask mask) {
      svg.append(frameImage(positiveArea(mask), "smooth"));
    }
    svg.append(grid());
    Box box = event.getBox();
    if (box != null) {
      svg.append(format(
          "<rect class=\"box\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"/>",
          box.getXMin(),
          box.getYMin(),
          box.getXMax() - box.getXMin(),
          box.getYMax() - box.getYMin()));
    }
    for (Point point : event.getPoints()) {
      svg.append(marker(point));
    }
    return svg("the prompt to scale", svg.toString());
  }

  /**
   * Returns an SVG of a picture of the whole model frame, cropped to the image.
   *
   * @param title accessible description
   * @param picture the picture, of any resolution
   */
  String picture(String title, BufferedImage picture) {
    return svg(title, frameImage(picture, "cells"));
  }

  /** Returns the same with thin rings at the points and box corners of the prompt. */
  String pictureWithRings(String title, BufferedImage picture) {
    StringBuilder svg = new StringBuilder(frameImage(picture, "cells"));
    double radius = 0.04 * frame.longestSide();
    for (double[] position : positions()) {
      for (String layer : List.of("ring-shade", "ring")) {
        svg.append(format(
            "<circle class=\"%s\" cx=\"%.2f\" cy=\"%.2f\" r=\"%.2f\"/>",
            layer, position[0], position[1], radius));
      }
    }
    return svg(title, svg.toString());
  }

  private List<double[]> positions() {
    List<double[]> positions = new ArrayList<>();
    for (Point point : event.getPoints()) {
      positions.add(new double[] {point.getX(), point.getY()});
    }
    Box box = event.getBox();
    if (box != null) {
      positions.add(new double[] {box.getXMin(), box.getYMin()});
      positions.add(new double[] {box.getXMax(), box.getYMax()});
    }
    return positions;
  }

  private String grid() {
    StringBuilder path = new StringBuilder();
    for (int cell = CELLS_PER_LINE; cell < gridSize; cell += CELLS_PER_LINE) {
      double x = frame.frameWidth() * cell / gridSize;
      double y = frame.frameHeight() * cell / gridSize;
      path.append(format("M%.2f 0V%d", x, frame.height()));
      path.append(format("M0 %.2fH%d", y, frame.width()));
    }
    return "<path class=\"grid\" d=\"" + path + "\"/>";
  }

  /** Returns a disc with a plus or minus, so that the label does not depend on colour alone. */
  private String marker(Point point) {
    boolean foreground = point.getLabel() == PointLabel.FOREGROUND;
    double radius = 0.022 * frame.longestSide();
    double arm = 0.55 * radius;
    String sign = format("M%.2f 0H%.2f", -arm, arm);
    if (foreground) {
      sign += format("M0 %.2fV%.2f", -arm, arm);
    }
    return format(
        "<g class=\"%s\" transform=\"translate(%.2f %.2f)\"><circle r=\"%.2f\"/><path d=\"%s\"/></g>",
        foreground ? "foreground" : "background", point.getX(), point.getY(), radius, sign);
  }

  private static BufferedImage positiveArea(LogitsMask mask) {
    int width = mask.getWidth();
    int height = mask.getHeight();
    float[] logits = TensorReader.floats(
        new Tensor(mask.getDataType(), List.of(height, width), mask.getLogits()));
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < logits.length; i++) {
      if (logits[i] > 0) {
        image.setRGB(i % width, i / width, MASK_ARGB);
      }
    }
    return image;
  }

  private String frameImage(BufferedImage picture, String style) {
    return format(
        "<image class=\"%s\" width=\"%.3f\" height=\"%.3f\" preserveAspectRatio=\"none\""
            + " href=\"%s\"/>",
        style, frame.frameWidth(), frame.frameHeight(), PngData.uri(picture));
  }

  private String svg(String title, String content) {
    return format(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%s</svg>",
        frame.width(), frame.height(), Html.escape(title), content);
  }

  private static String format(String template, Object... values) {
    return String.format(Locale.ROOT, template, values);
  }
}
