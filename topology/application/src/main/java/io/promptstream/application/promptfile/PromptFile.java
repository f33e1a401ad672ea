package io.promptstream.application.promptfile;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.promptstream.intake.CocoAnnotation.Part;
import io.promptstream.intake.RequestDefaults;
import io.promptstream.intake.RequestFormat;
import io.promptstream.intake.SamSessions;
import io.promptstream.schemas.PromptAction;
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
 * Reads a file of prompts or actions, in UTF-8: the requests of a tool, in a format that the caller
 * names, or one of these formats, which it detects from the content:
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
    return Content.of(file) == Content.COCO
        ? stream(CocoAnnotations.open(file, Set.of(Part.BOX)))
        : stream(JsonLines.open(file, new EventReader(file)::read));
  }

  /**
   * Reads JSON lines of the fields of {@link PromptAction} lazily; the file stays open until the
   * stream is closed. {@code action} is an object with one member, for example {@code {"AddPoint":
   * {"point": {"x": 5, "y": 7, "label": "FOREGROUND"}}}} or {@code {"Undo": {}}}.
   *
   * @throws PromptFileException as {@link #read(Path)} does
   */
  public static Stream<PromptAction> readActions(Path file) {
    requireRegular(file);
    return stream(JsonLines.open(file, new ActionReader(file)::read));
  }

  /**
   * Reads a file of the requests of a client to a server of sessions lazily; it stays open until
   * the stream is closed. The id of an action is the file's name, the line where its request
   * begins, and its number in the request.
   *
   * @throws PromptFileException as {@link #read(Path)} does
   */
  public static Stream<PromptAction> readActions(Path file, SamSessions sessions) {
    requireRegular(file);
    return stream(Requests.open(file, sessions::convert));
  }

  /**
   * Returns whether a file has JSON lines of actions.
   *
   * @throws PromptFileException if there is no such file
   */
  public static boolean hasActions(Path file) {
    requireRegular(file);
    return Content.of(file) == Content.ACTIONS;
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
    return stream(Requests.open(file, (request, id) -> format.convert(request, id, defaults)));
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

  private static <T, I extends Iterator<T> & Closeable> Stream<T> stream(I records) {
    int characteristics = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(records, characteristics), false)
        .onClose(() -> close(records));
  }

  private static void close(Closeable records) {
    try {
      records.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private enum Content {
    EVENTS,
    ACTIONS,
    COCO;

    /** Returns what the first object has, by the first of its keys that only one kind has. */
    static Content of(Path file) {
      try (JsonParser parser = JSON.createParser(file.toFile())) {
        if (parser.nextToken() == JsonToken.START_OBJECT) {
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            switch (parser.currentName()) {
              case "images", "annotations" -> {
                return COCO;
              }
              case "action_id", "session_id", "action" -> {
                return ACTIONS;
              }
              case "prompt_id", "points", "box", "mask" -> {
                return EVENTS;
              }
              default -> {
                parser.nextToken();
                parser.skipChildren();
              }
            }
          }
        }
      } catch (IOException e) {
        // This is not valid JSON; reading it as JSON lines reports the line.
        return EVENTS;
      }
      return EVENTS;
    }
  }
}
