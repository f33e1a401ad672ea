package io.promptstream.application.cli;

import java.util.regex.Pattern;

/** Makes text from outside safe for a terminal: one line, without control characters. */
public final class TerminalText {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}|[\\u0080-\\u009f]");

  private TerminalText() {}

  /** Returns the text with every control character escaped. */
  public static String of(String text) {
    return CONTROL
        .matcher(text)
        .replaceAll(control -> "\\\\u%04x".formatted((int) control.group().charAt(0)));
  }
}
