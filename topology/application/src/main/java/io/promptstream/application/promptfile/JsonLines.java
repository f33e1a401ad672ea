package io.promptstream.application.promptfile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.promptstream.intake.IntakeException;
import io.promptstream.intake.JsonField;
import io.promptstream.schemas.PromptEvent;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Reads the events of a file with one JSON object per line; skips blank lines. */
final class JsonLines implements Iterator<PromptEvent>, Closeable {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final ObjectReader LINE =
      PromptFile.JSON.reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path file;
  private final BufferedReader reader;
  private final EventReader events;
  private long line;
  private @Nullable String nextLine;

  private JsonLines(Path file, BufferedReader reader) {
    this.file = file;
    this.reader = reader;
    this.events = new EventReader(file);
  }

  static JsonLines open(Path file) {
    try {
      return new JsonLines(file, Files.newBufferedReader(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new PromptFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean hasNext() {
    while (nextLine == null) {
      String text = readLine();
      if (text == null) {
        return false;
      }
      if (!text.isBlank()) {
        nextLine = text;
      }
    }
    return true;
  }

  private @Nullable String readLine() {
    try {
      String text = reader.readLine();
      line++;
      return text != null && line == 1 && text.startsWith(BYTE_ORDER_MARK)
          ? text.substring(BYTE_ORDER_MARK.length())
          : text;
    } catch (CharacterCodingException e) {
      throw new PromptFileException(file, "is not UTF-8 text after line " + line, e);
    } catch (IOException e) {
      throw new PromptFileException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public PromptEvent next() {
    if (!hasNext() || nextLine == null) {
      throw new NoSuchElementException();
    }
    String text = nextLine;
    nextLine = null;
    try {
      return events.read(JsonField.root(LINE.readTree(text)));
    } catch (IntakeException e) {
      throw new PromptFileException(file, line, String.valueOf(e.getMessage()), e);
    } catch (JsonProcessingException e) {
      throw new PromptFileException(file, line, e.getOriginalMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
