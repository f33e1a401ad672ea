package io.promptstream.application.promptfile;

import io.promptstream.intake.CocoMask;
import io.promptstream.intake.JsonField;
import io.promptstream.schemas.BitmapMask;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.RleMask;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event from a JSON object of its fields. It checks only the form: the application
 * validates prompts, and files may test that it does.
 */
final class EventReader {
  private static final Set<String> FIELDS =
      Set.of("prompt_id", "image_id", "object_id", "image_size", "points", "box", "mask", "model");

  private final @Nullable Path file;

  /** Takes the prompt file; paths of masks are relative to it. Without it, paths are refused. */
  EventReader(@Nullable Path file) {
    this.file = file;
  }

  PromptEvent read(JsonField event) {
    event.requireOnly(FIELDS);
    PromptEvent.Builder builder = PromptEvent.newBuilder()
        .setPromptId(event.get("prompt_id").text())
        .setImageId(event.get("image_id").text());
    event.find("object_id").map(JsonField::text).ifPresent(builder::setObjectId);
    event.find("image_size").map(EventReader::imageSize).ifPresent(builder::setImageSize);
    // Always set: for its default, the builder uses reflection, which Avro initially forbids.
    builder.setPoints(
        event.find("points").map(points -> points.list(EventReader::point)).orElse(List.of()));
    event.find("box").map(EventReader::box).ifPresent(builder::setBox);
    event.find("mask").map(this::mask).ifPresent(builder::setMask);
    event.find("model").map(JsonField::text).ifPresent(builder::setModel);
    return builder.build();
  }

  static ImageSize imageSize(JsonField size) {
    size.requireOnly(Set.of("height", "width"));
    return new ImageSize(size.get("height").integer(), size.get("width").integer());
  }

  static Point point(JsonField point) {
    point.requireOnly(Set.of("x", "y", "label"));
    return new Point(
        point.get("x").number(),
        point.get("y").number(),
        point.get("label").constant(PointLabel.class));
  }

  static Box box(JsonField box) {
    box.requireOnly(Set.of("x_min", "y_min", "x_max", "y_max"));
    return new Box(
        box.get("x_min").number(),
        box.get("y_min").number(),
        box.get("x_max").number(),
        box.get("y_max").number());
  }

  /** Reads a mask, whose fields tell its kind. */
  Object mask(JsonField mask) {
    if (mask.isText() && file != null) {
      return NpyMask.read(mask, file);
    }
    if (mask.has("rings")) {
      mask.requireOnly(Set.of("rings"));
      return CocoMask.polygons(mask.get("rings"));
    }
    if (mask.has("counts")) {
      mask.requireOnly(Set.of("height", "width", "counts"));
      return new RleMask(
          mask.get("height").integer(),
          mask.get("width").integer(),
          CocoMask.counts(mask.get("counts")));
    }
    if (mask.has("bits")) {
      mask.requireOnly(Set.of("height", "width", "bits"));
      return new BitmapMask(
          mask.get("height").integer(), mask.get("width").integer(), base64(mask.get("bits")));
    }
    mask.requireOnly(Set.of("data_type", "height", "width", "logits"));
    return new LogitsMask(
        mask.get("data_type").constant(DataType.class),
        mask.get("height").integer(),
        mask.get("width").integer(),
        base64(mask.get("logits")));
  }

  private static ByteBuffer base64(JsonField field) {
    try {
      return ByteBuffer.wrap(Base64.getDecoder().decode(field.text()));
    } catch (IllegalArgumentException e) {
      throw field.refused("base64");
    }
  }
}
