package io.promptstream.application.promptfile;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.promptstream.intake.IntakeException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.BiFunction;

/**
 * Reads the prompts or actions of a file of requests: JSON documents one after the other, of any
 * length.
 */
final class Requests<T> implements Iterator<T>, Closeable {
  private final Path file;
  private final BiFunction<JsonNode, String, List<T>> converter;
  private final JsonParser parser;
  private Iterator<T> records = Collections.emptyIterator();

  private Requests(Path file, BiFunction<JsonNode, String, List<T>> converter, JsonParser parser) {
    this.file = file;
    this.converter = converter;
    this.parser = parser;
  }

  /** Opens a file of requests, which a function of a request and its id converts. */
  static <T> Requests<T> open(Path file, BiFunction<JsonNode, String, List<T>> converter) {
    try {
      return new Requests<>(file, converter, PromptFile.JSON.createParser(file.toFile()));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  @Override
  public boolean hasNext() {
    try {
      while (!records.hasNext()) {
        if (parser.nextToken() == null) {
          return false;
        }
        records = records(parser.currentTokenLocation().getLineNr());
      }
      return true;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private Iterator<T> records(long line) throws IOException {
    JsonNode request = PromptFile.JSON.readTree(parser);
    try {
      String id = "%s:%d".formatted(file.getFileName(), line);
      return converter.apply(request, id).iterator();
    } catch (IntakeException e) {
      throw new PromptFileException(file, line, String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return records.next();
  }

  static PromptFileException unreadable(Path file, IOException e) {
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
