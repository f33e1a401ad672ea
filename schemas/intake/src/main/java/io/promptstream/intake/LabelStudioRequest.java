package io.promptstream.intake;

import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.PromptEvent;
import java.util.Arrays;
import java.util.List;

/**
 * Converts the request of Label Studio to a machine learning backend, in percent of the image: the
 * regions of {@code context.result}, which are one prompt. The task's id is the image id if the
 * request has no other.
 *
 * <p>The format is that of {@code POST /predict} in {@code label_studio_ml/api.py}, and of
 * {@code serialize()} in {@code KeyPointRegion.jsx}, {@code RectRegion.jsx},
 * {@code BrushRegion.jsx} and {@code PolygonRegion.jsx} of Label Studio's editor.
 */
final class LabelStudioRequest {
  private final RequestDefaults defaults;
  private final ImageSize size;
  private final PromptDraft prompt;

  private LabelStudioRequest(RequestDefaults defaults, ImageSize size) {
    this.defaults = defaults;
    this.size = size;
    prompt = new PromptDraft(Unit.PERCENT, size);
  }

  static List<PromptEvent> convert(JsonField request, String promptId, RequestDefaults defaults) {
    JsonField result = request.find("params").orElse(request).get("context").get("result");
    if (result.elements().isEmpty()) {
      throw result.unsupported("a prompt needs a point or a box");
    }
    LabelStudioRequest conversion =
        new LabelStudioRequest(defaults, size(result.elements().get(0)));
    result.elements().forEach(conversion::add);
    return List.of(conversion.prompt.event(result, promptId, imageId(request, defaults), defaults));
  }

  private static String imageId(JsonField request, RequestDefaults defaults) {
    return request.find("tasks").isPresent() && request.find("image_id").isEmpty()
        ? request
            .get("tasks")
            .elements(1, "an array of one task")
            .get(0)
            .get("id")
            .id()
        : defaults.imageIdOf(request);
  }

  private static ImageSize size(JsonField region) {
    return new ImageSize(
        RequestDefaults.extent(region.get("original_height")),
        RequestDefaults.extent(region.get("original_width")));
  }

  private void add(JsonField region) {
    if (!size(region).equals(size)) {
      throw region
          .get("original_width")
          .unsupported("the regions of a request must be of one image, as the first is");
    }
    region.find("image_rotation").filter(rotation -> rotation.finite() != 0).ifPresent(rotation -> {
      throw rotation.unsupported("rotate the image itself, and give 0 here");
    });
    JsonField type = region.get("type");
    JsonField value = region.get("value");
    switch (type.text()) {
      case "keypointlabels", "keypoint" ->
        prompt.addPoint(
            value.get("x"), value.get("y"), region.get("is_positive").flag());
      case "rectanglelabels", "rectangle" -> {
        region.find("is_positive").ifPresent(JsonField::requirePositive);
        addRectangle(value);
      }
      case "brushlabels", "brush" -> {
        region.find("is_positive").ifPresent(JsonField::requirePositive);
        prompt.setMask(value, BrushRle.decode(value.get("rle"), size));
      }
      case "polygonlabels", "polygon" -> {
        region.find("is_positive").ifPresent(JsonField::requirePositive);
        prompt.setRing(value.get("points"));
      }
      default ->
        throw type.unsupported(
            "the prompt encoder has no input for it; use keypointlabels, rectanglelabels,"
                + " brushlabels or polygonlabels");
    }
  }

  private void addRectangle(JsonField value) {
    JsonField rotation = value.get("rotation");
    double degrees = value.find("rotation").map(JsonField::finite).orElse(0.0);
    if (degrees == 0) {
      prompt.setCornerAndSize(
          value, value.get("x"), value.get("y"), value.get("width"), value.get("height"));
    } else if (defaults.boundRotatedBoxes()) {
      addBoundingBox(value, Math.toRadians(degrees));
    } else {
      throw rotation.unsupported(
          "the prompt encoder has no input for a rotated box; allow its bounding box, or use 0");
    }
  }

  /** Adds the bounding box of a box that is rotated clockwise around its top left corner. */
  private void addBoundingBox(JsonField value, double angle) {
    double x = value.get("x").finite();
    double y = value.get("y").finite();
    double width = value.get("width").finite();
    double height = value.get("height").finite();
    double aspect = (double) size.getWidth() / size.getHeight();
    // The rotation is one of pixels: a percent of the width is not as long as one of the height.
    double[] xs = corners(x, width * Math.cos(angle), -height / aspect * Math.sin(angle));
    double[] ys = corners(y, width * aspect * Math.sin(angle), height * Math.cos(angle));
    prompt.setBox(value, xs[0], ys[0], xs[3], ys[3]);
  }

  /** Returns one coordinate of the corners at the ends of two sides, in ascending order. */
  private static double[] corners(double first, double side, double otherSide) {
    double[] corners = {first, first + side, first + otherSide, first + side + otherSide};
    Arrays.sort(corners);
    return corners;
  }
}
