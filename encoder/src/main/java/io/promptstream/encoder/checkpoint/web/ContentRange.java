package io.promptstream.encoder.checkpoint.web;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code Content-Range} header: the range of a file that a server sends.
 *
 * <p>Source: RFC 9110, section 14.4.
 *
 * @param first the first byte, -1 if the server sends no bytes
 * @param last the last byte (inclusive), -1 if the server sends no bytes
 * @param size the size of the file in bytes
 */
record ContentRange(long first, long last, long size) {
  private static final Pattern RANGE =
      Pattern.compile("\\s*bytes\\s+(?:(\\d{1,18})-(\\d{1,18})|\\*)/(\\d{1,18}|\\*)\\s*");

  static ContentRange parse(String header) throws WebException {
    String shown = ServerText.of(header);
    Matcher matcher = RANGE.matcher(header);
    if (!matcher.matches()) {
      throw new WebException(
          "the server sends the Content-Range '%s', expected bytes A-B/SIZE".formatted(shown));
    }
    if (matcher.group(3).equals("*")) {
      throw new WebException(
          "the server does not say how large the file is (Content-Range '%s')".formatted(shown));
    }
    long size = Long.parseLong(matcher.group(3));
    if (matcher.group(1) == null) {
      return new ContentRange(-1, -1, size);
    }
    long first = Long.parseLong(matcher.group(1));
    long last = Long.parseLong(matcher.group(2));
    if (first > last || last >= size) {
      throw new WebException(
          "the server sends the Content-Range '%s', which is invalid".formatted(shown));
    }
    return new ContentRange(first, last, size);
  }

  /** Returns the number of bytes in the range. */
  long length() {
    return first < 0 ? 0 : last - first + 1;
  }
}
