package io.promptstream.intake;

import io.promptstream.schemas.Box;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.PromptEvent;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Converts an annotation of a COCO file, in pixels. The prompt has the annotation's id.
 *
 * <p>The format is that of "Object Detection" on COCO's page <a
 * href="https://cocodataset.org/#format-data">Data format</a>.
 */
public final class CocoAnnotation {
  private CocoAnnotation() {}

  /**
   * An image of the file.
   *
   * @param id the id of its prompts' image: the file name, or the id of an image that has none
   * @param size in pixels
   */
  public record Image(String id, ImageSize size) {}

  /** A part of an annotation that its prompt can have. */
  public enum Part {
    /** The {@code bbox}: top left corner and size. */
    BOX,
    /** The {@code segmentation}: polygons, or run lengths of the image. */
    MASK;

    /** Returns the name that users give, in lower case. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Reads an image of the file. */
  public static Image image(JsonField image) {
    return new Image(
        image.find("file_name").orElse(image.get("id")).id(),
        new ImageSize(image.get("height").integer(), image.get("width").integer()));
  }

  /**
   * Reads an annotation of the file.
   *
   * @param images by their id in the file
   * @param parts of the prompt; the annotation must have them
   */
  public static PromptEvent convert(
      JsonField annotation, Map<String, Image> images, Set<Part> parts) {
    String promptId = annotation.get("id").id();
    JsonField imageId = annotation.get("image_id");
    Image image = images.get(imageId.id());
    if (image == null) {
      throw imageId.refused("the id of an image of the file");
    }
    return PromptEvent.newBuilder()
        .setPromptId(promptId)
        .setImageId(image.id())
        .setImageSize(image.size())
        .setPoints(List.of())
        .setBox(parts.contains(Part.BOX) ? box(annotation.get("bbox")) : null)
        .setMask(parts.contains(Part.MASK) ? CocoMask.read(annotation.get("segmentation")) : null)
        .build();
  }

  /** The stream rejects an invalid box, so that it does not end the file. */
  private static Box box(JsonField field) {
    List<JsonField> bbox = field.elements(4, "[x, y, width, height]");
    double x = bbox.get(0).number();
    double y = bbox.get(1).number();
    return new Box(
        x, y, Unit.sum(x, bbox.get(2).number()), Unit.sum(y, bbox.get(3).number()));
  }
}
