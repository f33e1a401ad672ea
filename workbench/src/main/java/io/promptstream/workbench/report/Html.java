package io.promptstream.workbench.report;

/** Escapes untrusted text for HTML. */
final class Html {
  /** Maximum number of characters shown, so that long ids do not break the layout. */
  private static final int MAX_CHARACTERS = 300;

  private Html() {}

  /**
   * Returns text for element content and quoted attributes: escapes markup, replaces control
   * characters, including those that change the text direction, and truncates long text.
   */
  static String escape(String text) {
    StringBuilder html = new StringBuilder(text.length() + 16);
    text.codePoints().limit(MAX_CHARACTERS).forEach(c -> appendEscaped(html, c));
    if (text.codePointCount(0, text.length()) > MAX_CHARACTERS) {
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
