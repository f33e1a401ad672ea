package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.util.regex.Pattern;

/** Thrown if the content of a checkpoint is invalid; {@link Checkpoints} adds the source. */
final class MalformedCheckpointException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_QUOTED = 120;
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Zl}\\p{Zp}]");

  MalformedCheckpointException(String message) {
    super(message);
  }

  MalformedCheckpointException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Returns a name from a checkpoint for messages: truncated and on one line. */
  static String quote(String name) {
    String shown = name.length() <= MAX_QUOTED ? name : name.substring(0, MAX_QUOTED) + "…";
    return UNPRINTABLE.matcher(shown).replaceAll("?");
  }
}
