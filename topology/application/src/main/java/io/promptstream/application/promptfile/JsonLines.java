package io.promptstream.application.promptfile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.promptstream.intake.IntakeException;
import io.promptstream.intake.JsonField;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a file with one JSON object per line; skips blank lines. */
final class JsonLines<T> implements Iterator<T>, Closeable {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final ObjectReader LINE =
      PromptFile.JSON.reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path file;
  private final BufferedReader reader;
  private final Function<JsonField, T> records;
  private long line;
  private @Nullable String nextLine;

  private JsonLines(Path file, BufferedReader reader, Function<JsonField, T> records) {
    this.file = file;
    this.reader = reader;
    this.records = records;
  }

  /** Opens a file whose lines a function reads; it may throw {@link IntakeException}. */
  static <T> JsonLines<T> open(Path file, Function<JsonField, T> records) {
    try {
      return new JsonLines<>(file, Files.newBufferedReader(file, StandardCharsets.UTF_8), records);
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
  public T next() {
    if (!hasNext() || nextLine == null) {
      throw new NoSuchElementException();
    }
    String text = nextLine;
    nextLine = null;
    try {
      return records.apply(JsonField.root(LINE.readTree(text)));
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
