package io.promptstream.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.promptstream.schemas.ImageSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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

  RequestFormat format() {
    return Arrays.stream(RequestFormat.values())
        .filter(format -> name.startsWith(format.toString()))
        .findFirst()
        .orElseThrow();
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
