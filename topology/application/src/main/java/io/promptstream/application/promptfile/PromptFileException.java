package io.promptstream.application.promptfile;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Thrown if a file of prompts cannot be read; the message names file, line and field. */
public final class PromptFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PromptFileException(Path file, String what, @Nullable Throwable cause) {
    super(file + ": " + what, cause);
  }

  PromptFileException(Path file, long line, String what, @Nullable Throwable cause) {
    super("%s line %d: %s".formatted(file, line, what), cause);
  }
}
