package io.promptstream.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.PromptEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A request in one of the formats and the events that it means, as they are in {@code golden}.
 *
 * @param name the name of the file, which begins with the name of the format
 */
record Golden(String name, JsonNode request, JsonNode events) {
  static final JsonMapper JSON = new JsonMapper();

  static final RequestDefaults DEFAULTS =
      new RequestDefaults("truck.jpg", new ImageSize(1200, 1800), null, false);

  /** Returns the names of all formats. */
  static Stream<String> formats() {
    return Stream.concat(
        Stream.of("coco"), Arrays.stream(RequestFormat.values()).map(RequestFormat::toString));
  }

  String format() {
    return formats().filter(name::startsWith).findFirst().orElseThrow();
  }

  static List<PromptEvent> convert(String format, JsonNode request) {
    return format.equals("coco")
        ? coco(JsonField.root(request))
        : RequestFormat.named(format).convert(request, "r", DEFAULTS);
  }

  private static List<PromptEvent> coco(JsonField file) {
    Map<String, CocoAnnotation.Image> images = new HashMap<>();
    for (JsonField image : file.get("images").elements()) {
      images.put(image.get("id").id(), CocoAnnotation.image(image));
    }
    return file.get("annotations")
        .list(annotation ->
            CocoAnnotation.convert(annotation, images, EnumSet.allOf(CocoAnnotation.Part.class)));
  }

  static List<Golden> all() {
    try (Stream<Path> files =
        Files.list(Path.of(Golden.class.getResource("/golden").toURI()))) {
      return files.sorted().map(Golden::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Golden read(Path file) {
    try {
      JsonNode golden = JSON.readTree(file.toFile());
      return new Golden(file.getFileName().toString(), golden.get("request"), golden.get("events"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
