package io.promptstream.encoder.checkpoint.web;

import java.io.Closeable;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A response that is not a redirect, with an unread body.
 *
 * @param uri the URI that responded, after all redirects
 * @param commit the commit of the hub's repository, null if unknown
 */
record WebResponse(
    int status,
    HttpHeaders headers,
    BodyStream body,
    URI uri,
    @Nullable String commit) implements Closeable {
  static final int OK = 200;
  static final int PARTIAL_CONTENT = 206;
  static final int RANGE_NOT_SATISFIABLE = 416;

  /** Returns a header, empty if absent. */
  String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  /** Returns the length of the body that the server announces. */
  OptionalLong contentLength() throws WebException {
    try {
      return headers.firstValueAsLong("Content-Length");
    } catch (NumberFormatException e) {
      throw new WebException("the server sends the Content-Length '%s', which is not a number"
          .formatted(ServerText.of(header("Content-Length"))));
    }
  }

  /**
   * Returns the range that the server announces.
   *
   * @throws WebException if the header is missing or invalid
   */
  ContentRange contentRange() throws WebException {
    Optional<String> value = headers.firstValue("Content-Range");
    if (value.isEmpty()) {
      throw new WebException(
          "the server answers %d without saying which bytes it sends (Content-Range)"
              .formatted(status));
    }
    return ContentRange.parse(value.get());
  }

  /**
   * Requires a body without a content encoding.
   *
   * @throws WebException if the server encoded the body
   */
  void requireIdentity() throws WebException {
    String encoding = header("Content-Encoding");
    if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
      throw new WebException("the server sends it with the Content-Encoding %s, expected none"
          .formatted(ServerText.of(encoding)));
    }
  }

  @Override
  public void close() {
    body.close();
  }
}
