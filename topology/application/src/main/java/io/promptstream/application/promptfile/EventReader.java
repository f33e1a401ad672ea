package io.promptstream.application.promptfile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.promptstream.schemas.BitmapMask;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.RleMask;
import java.nio.ByteBuffer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Reads an event from a JSON object of its fields. It checks only the form: the application
 * validates prompts, and files may test that it does.
 */
final class EventReader {
  static final Set<String> FIELDS =
      Set.of("prompt_id", "image_id", "object_id", "image_size", "points", "box", "mask", "model");

  private final Path file;

  /** Takes the prompt file; paths of masks are relative to it. */
  EventReader(Path file) {
    this.file = file;
  }

  PromptEvent read(JsonNode node) {
    Fields event = Fields.of("", node, FIELDS);
    PromptEvent.Builder builder = PromptEvent.newBuilder()
        .setPromptId(event.text("prompt_id"))
        .setImageId(event.text("image_id"));
    event
        .optional("object_id")
        .map(unused -> event.text("object_id"))
        .ifPresent(builder::setObjectId);
    event.optional("image_size").map(EventReader::imageSize).ifPresent(builder::setImageSize);
    // Always set: for its default, the builder uses reflection, which Avro initially forbids.
    builder.setPoints(event.optional("points").map(EventReader::points).orElse(List.of()));
    event.optional("box").map(EventReader::box).ifPresent(builder::setBox);
    event.optional("mask").map(this::mask).ifPresent(builder::setMask);
    event.optional("model").map(unused -> event.text("model")).ifPresent(builder::setModel);
    return builder.build();
  }

  private static ImageSize imageSize(JsonNode node) {
    Fields size = Fields.of("image_size", node, Set.of("height", "width"));
    return new ImageSize(size.integer("height"), size.integer("width"));
  }

  private static List<Point> points(JsonNode node) {
    return list("points", node, (path, element) -> {
      Fields point = Fields.of(path, element, Set.of("x", "y", "label"));
      return new Point(
          point.number("x"), point.number("y"), point.constant("label", PointLabel.class));
    });
  }

  private static Box box(JsonNode node) {
    Fields box = Fields.of("box", node, Set.of("x_min", "y_min", "x_max", "y_max"));
    return new Box(
        box.number("x_min"), box.number("y_min"), box.number("x_max"), box.number("y_max"));
  }

  /** Reads a mask, whose fields tell its kind. */
  private Object mask(JsonNode node) {
    if (node.isTextual()) {
      return maskFile(node);
    }
    if (node.has("counts")) {
      return rle(Fields.of("mask", node, Set.of("height", "width", "counts")));
    }
    if (node.has("rings")) {
      Fields.of("mask", node, Set.of("rings"));
      return new PolygonMask(
          list("mask.rings", node.get("rings"), (path, ring) -> list(path, ring, Fields::number)));
    }
    if (node.has("bits")) {
      Fields mask = Fields.of("mask", node, Set.of("height", "width", "bits"));
      return new BitmapMask(
          mask.integer("height"),
          mask.integer("width"),
          base64(mask.path("bits"), mask.text("bits")));
    }
    return logits(node);
  }

  private static RleMask rle(Fields mask) {
    JsonNode counts = mask.optional("counts").orElse(NullNode.getInstance());
    return new RleMask(
        mask.integer("height"),
        mask.integer("width"),
        counts.isTextual() ? counts.textValue() : list("mask.counts", counts, Fields::integer));
  }

  private static <T> List<T> list(
      String path, JsonNode node, BiFunction<String, JsonNode, T> element) {
    if (node == null || !node.isArray()) {
      throw new InvalidFieldException(path, node, "an array");
    }
    List<T> list = new ArrayList<>(node.size());
    for (JsonNode child : node) {
      list.add(element.apply("%s[%d]".formatted(path, list.size()), child));
    }
    return list;
  }

  private static LogitsMask logits(JsonNode node) {
    Fields mask = Fields.of("mask", node, Set.of("data_type", "height", "width", "logits"));
    return new LogitsMask(
        mask.constant("data_type", DataType.class),
        mask.integer("height"),
        mask.integer("width"),
        base64(mask.path("logits"), mask.text("logits")));
  }

  private LogitsMask maskFile(JsonNode node) {
    try {
      return NpyMask.read(file.resolveSibling(node.textValue()));
    } catch (InvalidPathException e) {
      throw new InvalidFieldException("mask", node, "a path, or an object");
    }
  }

  private static ByteBuffer base64(String field, String text) {
    try {
      return ByteBuffer.wrap(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw new InvalidFieldException("%s is not base64: %s".formatted(field, e.getMessage()));
    }
  }
}
