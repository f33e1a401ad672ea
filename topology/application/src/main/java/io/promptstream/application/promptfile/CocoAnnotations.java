package io.promptstream.application.promptfile;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.PromptEvent;
import java.io.Closeable;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * Reads the boxes of a COCO annotation file, each as one prompt on its image.
 *
 * <p>It reads the file twice, because the images may come after the annotations: once for the
 * images, which it keeps in memory, and once for the annotations, which are too many to keep.
 */
final class CocoAnnotations implements Iterator<PromptEvent>, Closeable {
  private static final Set<String> USED_FIELDS = Set.of("id", "image_id", "bbox");

  private final Path file;
  private final Map<String, Image> images;
  private final JsonParser parser;

  private record Image(String name, ImageSize size) {}

  private CocoAnnotations(Path file, Map<String, Image> images, JsonParser parser) {
    this.file = file;
    this.images = images;
    this.parser = parser;
  }

  static CocoAnnotations open(Path file) {
    Map<String, Image> images = images(file);
    try {
      JsonParser parser = PromptFile.JSON.createParser(file.toFile());
      CocoAnnotations annotations = new CocoAnnotations(file, images, parser);
      annotations.seek("annotations");
      annotations.advance();
      return annotations;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static Map<String, Image> images(Path file) {
    try (JsonParser parser = PromptFile.JSON.createParser(file.toFile());
        CocoAnnotations reader = new CocoAnnotations(file, Map.of(), parser)) {
      Map<String, Image> images = new HashMap<>();
      reader.seek("images");
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        long line = parser.currentTokenLocation().getLineNr();
        try {
          Fields image = Fields.of("images[%d]".formatted(images.size()), reader.tree());
          images.put(image.id("id"), image(image));
        } catch (InvalidFieldException e) {
          throw new PromptFileException(file, line, String.valueOf(e.getMessage()), e);
        }
      }
      return images;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static Image image(Fields image) {
    String name = image.id(image.optional("file_name").isPresent() ? "file_name" : "id");
    return new Image(name, new ImageSize(image.integer("height"), image.integer("width")));
  }

  /** Moves to the first element of a top-level array. */
  private void seek(String name) throws IOException {
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean found = parser.currentName().equals(name);
      JsonToken value = parser.nextToken();
      if (found) {
        if (value != JsonToken.START_ARRAY) {
          throw new PromptFileException(file, name + " must be an array", null);
        }
        return;
      }
      parser.skipChildren();
    }
    throw new PromptFileException(file, "has no " + name, null);
  }

  private JsonNode tree() throws IOException {
    return PromptFile.JSON.readTree(parser);
  }

  private void advance() throws IOException {
    parser.nextToken();
  }

  @Override
  public boolean hasNext() {
    return parser.currentToken() != JsonToken.END_ARRAY && !parser.isClosed();
  }

  @Override
  public PromptEvent next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    long line = parser.currentTokenLocation().getLineNr();
    try {
      PromptEvent event = event(usedFields());
      advance();
      return event;
    } catch (InvalidFieldException e) {
      throw new PromptFileException(file, line, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Returns an annotation without its segmentation, which is most of it. */
  private JsonNode usedFields() throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new InvalidFieldException("an annotation", tree(), "an object");
    }
    ObjectNode annotation = PromptFile.JSON.createObjectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (USED_FIELDS.contains(name)) {
        annotation.set(name, tree());
      } else {
        parser.skipChildren();
      }
    }
    return annotation;
  }

  private PromptEvent event(JsonNode node) {
    String id = Fields.of("annotation", node).id("id");
    String path = "annotation " + id;
    Fields annotation = Fields.of(path, node);
    String imageId = annotation.id("image_id");
    Image image = images.get(imageId);
    if (image == null) {
      throw new InvalidFieldException(
          "%s has image_id %s, and there is no such image".formatted(path, imageId));
    }
    return PromptEvent.newBuilder()
        .setPromptId(id)
        .setImageId(image.name())
        .setImageSize(image.size())
        .setPoints(List.of())
        .setBox(box(path + " bbox", node.get("bbox")))
        .build();
  }

  private static Box box(String path, JsonNode bbox) {
    if (bbox == null || !bbox.isArray() || bbox.size() != 4) {
      throw new InvalidFieldException(path, bbox, "[x, y, width, height]");
    }
    double x = Fields.number(path, bbox.get(0));
    double y = Fields.number(path, bbox.get(1));
    return new Box(
        x, y, sum(x, Fields.number(path, bbox.get(2))), sum(y, Fields.number(path, bbox.get(3))));
  }

  /**
   * Adds decimal numbers, as they are in the file: the binary sum of 425.68 and 74.32 is beyond the
   * edge of an image of 500 pixels.
   */
  private static double sum(double start, double length) {
    return Double.isFinite(start) && Double.isFinite(length)
        ? BigDecimal.valueOf(start).add(BigDecimal.valueOf(length)).doubleValue()
        : start + length;
  }

  private static PromptFileException unreadable(Path file, IOException e) {
    if (e instanceof JsonProcessingException malformed && malformed.getLocation() != null) {
      long line = malformed.getLocation().getLineNr();
      return new PromptFileException(file, line, malformed.getOriginalMessage(), e);
    }
    return new PromptFileException(file, "cannot be read: " + e.getMessage(), e);
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
