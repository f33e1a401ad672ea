package io.promptstream.application.promptfile;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.promptstream.intake.IntakeException;
import io.promptstream.intake.RequestDefaults;
import io.promptstream.intake.RequestFormat;
import io.promptstream.schemas.PromptEvent;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Reads the prompts of a file of requests: JSON documents one after the other, of any length. */
final class Requests implements Iterator<PromptEvent>, Closeable {
  private final Path file;
  private final RequestFormat format;
  private final RequestDefaults defaults;
  private final JsonParser parser;
  private Iterator<PromptEvent> prompts = Collections.emptyIterator();

  private Requests(Path file, RequestFormat format, RequestDefaults defaults, JsonParser parser) {
    this.file = file;
    this.format = format;
    this.defaults = defaults;
    this.parser = parser;
  }

  static Requests open(Path file, RequestFormat format, RequestDefaults defaults) {
    try {
      return new Requests(file, format, defaults, PromptFile.JSON.createParser(file.toFile()));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  @Override
  public boolean hasNext() {
    try {
      while (!prompts.hasNext()) {
        if (parser.nextToken() == null) {
          return false;
        }
        prompts = prompts(parser.currentTokenLocation().getLineNr());
      }
      return true;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private Iterator<PromptEvent> prompts(long line) throws IOException {
    JsonNode request = PromptFile.JSON.readTree(parser);
    try {
      String promptId = "%s:%d".formatted(file.getFileName(), line);
      return format.convert(request, promptId, defaults).iterator();
    } catch (IntakeException e) {
      throw new PromptFileException(file, line, String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public PromptEvent next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return prompts.next();
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
