package io.promptstream.encoder.checkpoint.web;

import java.util.regex.Pattern;

/** Formats text from a server for messages: truncated and on one line. */
final class ServerText {
  private static final int MAX_LENGTH = 200;
  private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x20-\\x7e]");

  private ServerText() {}

  static String of(Exception failure) {
    return of(String.valueOf(failure.getMessage()));
  }

  static String of(String text) {
    String shown = text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
    return UNPRINTABLE.matcher(shown).replaceAll("?");
  }
}
