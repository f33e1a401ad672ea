package io.promptstream.encoder.checkpoint.web;

import java.util.regex.Pattern;

/** Text that a server sent, as it may be shown: of bearable length, on one line. */
final class Printable {
  private static final int MAX_LENGTH = 200;
  private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x20-\\x7e]");

  private Printable() {}

  static String of(String text) {
    String shown = text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
    return UNPRINTABLE.matcher(shown).replaceAll("?");
  }
}
