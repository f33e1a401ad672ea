package io.promptstream.application.promptfile;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.promptstream.intake.CocoAnnotation.Part;
import io.promptstream.intake.RequestDefaults;
import io.promptstream.intake.RequestFormat;
import io.promptstream.schemas.PromptEvent;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Reads a file of prompts, in UTF-8: the requests of a tool, in a format that the caller names, or
 * one of two formats, which it detects from the content:
 *
 * <ul>
 *   <li>JSON lines of the fields of {@link PromptEvent}. An absent field has its default;
 *       {@code mask} is an object with its {@code logits} in base64, or the path of a NumPy file
 *       relative to the prompt file. {@code NaN} and {@code Infinity} are allowed as numbers, so
 *       that a file can test how the application handles invalid input.
 *   <li>COCO annotations: each annotation's {@code bbox} is one prompt on its image. The prompt has
 *       the annotation's id; the image id is the image's file name, or its id if it has none. The
 *       caller can ask for the {@code segmentation}, too, or instead.
 * </ul>
 */
public final class PromptFile {
  static final JsonMapper JSON = JsonMapper.builder()
      .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();

  private PromptFile() {}

  /**
   * Reads a file lazily; it stays open until the stream is closed.
   *
   * @throws PromptFileException here or while the stream is consumed, if the file cannot be read;
   *     the message names file, line and field
   */
  public static Stream<PromptEvent> read(Path file) {
    requireRegular(file);
    return isCoco(file)
        ? stream(CocoAnnotations.open(file, Set.of(Part.BOX)))
        : stream(JsonLines.open(file));
  }

  /**
   * Reads a file of COCO annotations lazily; it stays open until the stream is closed.
   *
   * @param parts of an annotation that its prompt has
   * @throws PromptFileException as {@link #read(Path)} does
   */
  public static Stream<PromptEvent> read(Path file, Set<Part> parts) {
    requireRegular(file);
    return stream(CocoAnnotations.open(file, parts));
  }

  /**
   * Reads a file of the requests of a tool lazily; it stays open until the stream is closed. The id
   * of a prompt is the file's name, the line where its request begins, and its number in the
   * request, if the format has several.
   *
   * @throws PromptFileException as {@link #read(Path)} does
   */
  public static Stream<PromptEvent> read(
      Path file, RequestFormat format, RequestDefaults defaults) {
    requireRegular(file);
    return stream(Requests.open(file, format, defaults));
  }

  private static void requireRegular(Path file) {
    if (!Files.exists(file)) {
      throw new PromptFileException(file, "there is no such file", null);
    }
    if (!Files.isRegularFile(file)) {
      // The file is read twice, first to detect the format; a pipe can be read only once.
      throw new PromptFileException(file, "is not a regular file", null);
    }
  }

  private static <I extends Iterator<PromptEvent> & Closeable> Stream<PromptEvent> stream(
      I events) {
    int characteristics = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(events, characteristics), false)
        .onClose(() -> close(events));
  }

  private static void close(Closeable events) {
    try {
      events.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns whether the first object has a key of COCO before a field of an event. */
  private static boolean isCoco(Path file) {
    try (JsonParser parser = JSON.createParser(file.toFile())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (name.equals("images") || name.equals("annotations")) {
          return true;
        }
        if (EventReader.FIELDS.contains(name)) {
          return false;
        }
        parser.nextToken();
        parser.skipChildren();
      }
      return false;
    } catch (IOException e) {
      // This is not valid JSON; reading it as JSON lines reports the line.
      return false;
    }
  }
}
