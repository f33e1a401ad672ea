package io.promptstream.workbench.report;

/** Text from outside, made harmless for the page. */
final class Html {
  /** An id that long is no id; it would only push everything else off the page. */
  private static final int LONGEST = 300;

  private Html() {}

  /**
   * Returns text for element content and quoted attributes: markup escaped, control characters
   * replaced, cut where it is very long, and kept from turning the direction of what stands around
   * it.
   */
  static String escape(String text) {
    StringBuilder html = new StringBuilder(text.length() + 16);
    text.codePoints().limit(LONGEST).forEach(c -> appendEscaped(html, c));
    if (text.codePointCount(0, text.length()) > LONGEST) {
      html.append('…');
    }
    return html.toString();
  }

  private static void appendEscaped(StringBuilder html, int c) {
    switch (c) {
      case '&' -> html.append("&amp;");
      case '<' -> html.append("&lt;");
      case '>' -> html.append("&gt;");
      case '"' -> html.append("&quot;");
      case '\'' -> html.append("&#39;");
      default -> html.appendCodePoint(printable(c) ? c : 0xFFFD);
    }
  }

  private static boolean printable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED -> false;
      default -> true;
    };
  }
}
