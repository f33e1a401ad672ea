package io.promptstream.application.promptfile;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promptstream.intake.CocoAnnotation;
import io.promptstream.intake.CocoAnnotation.Part;
import io.promptstream.intake.IntakeException;
import io.promptstream.intake.JsonField;
import io.promptstream.schemas.PromptEvent;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * Reads the annotations of a COCO file, each as one prompt on its image.
 *
 * <p>It reads the file twice, because the images may come after the annotations: once for the
 * images, which it keeps in memory, and once for the annotations, which are too many to keep.
 */
final class CocoAnnotations implements Iterator<PromptEvent>, Closeable {
  private final Path file;
  private final Map<String, CocoAnnotation.Image> images;
  private final Set<Part> parts;
  private final JsonParser parser;
  private long read;

  private CocoAnnotations(
      Path file, Map<String, CocoAnnotation.Image> images, Set<Part> parts, JsonParser parser) {
    this.file = file;
    this.images = images;
    this.parts = parts;
    this.parser = parser;
  }

  static CocoAnnotations open(Path file, Set<Part> parts) {
    Map<String, CocoAnnotation.Image> images = images(file);
    try {
      JsonParser parser = PromptFile.JSON.createParser(file.toFile());
      CocoAnnotations annotations = new CocoAnnotations(file, images, parts, parser);
      annotations.seek("annotations");
      annotations.advance();
      return annotations;
    } catch (IOException e) {
      throw Requests.unreadable(file, e);
    }
  }

  private static Map<String, CocoAnnotation.Image> images(Path file) {
    try (JsonParser parser = PromptFile.JSON.createParser(file.toFile());
        CocoAnnotations reader = new CocoAnnotations(file, Map.of(), Set.of(), parser)) {
      Map<String, CocoAnnotation.Image> images = new HashMap<>();
      reader.seek("images");
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        long line = parser.currentTokenLocation().getLineNr();
        try {
          JsonField image = JsonField.at("/images/" + images.size(), reader.tree());
          images.put(image.get("id").id(), CocoAnnotation.image(image));
        } catch (IntakeException e) {
          throw new PromptFileException(file, line, String.valueOf(e.getMessage()), e);
        }
      }
      return images;
    } catch (IOException e) {
      throw Requests.unreadable(file, e);
    }
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
      JsonField annotation = JsonField.at("/annotations/" + read++, usedFields());
      PromptEvent event = CocoAnnotation.convert(annotation, images, parts);
      advance();
      return event;
    } catch (IntakeException e) {
      throw new PromptFileException(file, line, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw Requests.unreadable(file, e);
    }
  }

  /** Returns an annotation without what the prompt does not have, which is most of it. */
  private JsonNode usedFields() throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return tree();
    }
    ObjectNode annotation = PromptFile.JSON.createObjectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (isUsed(name)) {
        annotation.set(name, tree());
      } else {
        parser.skipChildren();
      }
    }
    return annotation;
  }

  private boolean isUsed(String name) {
    return switch (name) {
      case "id", "image_id" -> true;
      case "bbox" -> parts.contains(Part.BOX);
      case "segmentation" -> parts.contains(Part.MASK);
      default -> false;
    };
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
