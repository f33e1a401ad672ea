package io.promptstream.encoder.checkpoint.web;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Set;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.DefaultHttpRequestRetryStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.util.TimeValue;

/**
 * A response with an unread body.
 *
 * @param uri the URI that responded
 * @param length the announced length of the body in bytes, -1 if unknown
 */
record WebResponse(
    HttpGet request, ClassicHttpResponse response, URI uri, InputStream body, long length)
    implements Closeable {
  private static final int OK = 200;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final Set<Integer> OF_A_FILE = Set.of(OK, 206, RANGE_NOT_SATISFIABLE);
  private static final Set<Integer> RETRYABLE = Set.of(408, 425, 429, 500, 502, 503, 504);
  private static final DefaultHttpRequestRetryStrategy RETRY_AFTER =
      new DefaultHttpRequestRetryStrategy(1, TimeValue.ZERO_MILLISECONDS);

  static WebResponse of(HttpGet request, ClassicHttpResponse response, URI uri) throws IOException {
    HttpEntity entity = response.getEntity();
    return entity == null
        ? new WebResponse(request, response, uri, InputStream.nullInputStream(), 0)
        : new WebResponse(request, response, uri, entity.getContent(), entity.getContentLength());
  }

  int status() {
    return response.getCode();
  }

  /** Returns whether the body is the whole file. */
  boolean isWholeFile() {
    return status() == OK;
  }

  /** Returns whether the server has no byte in the requested range. */
  boolean isBeyondTheEnd() {
    return status() == RANGE_NOT_SATISFIABLE;
  }

  /** Returns a header, empty if absent. */
  String header(String name) {
    Header header = response.getFirstHeader(name);
    return header == null || header.getValue() == null ? "" : header.getValue();
  }

  /** Returns the version of the file, given its size. */
  FileVersion version(long size) {
    return new FileVersion(size, header("ETag"), header("Last-Modified"));
  }

  /**
   * Returns the range that the server announces.
   *
   * @throws WebException if the header is missing or invalid
   */
  ContentRange contentRange() throws WebException {
    if (header("Content-Range").isEmpty()) {
      throw new WebException(
          "the server answers %d without saying which bytes it sends (Content-Range)"
              .formatted(status()));
    }
    return ContentRange.parse(header("Content-Range"));
  }

  /**
   * Requires a response that concerns the bytes of a file, without a content encoding.
   *
   * @throws WebException if the server rejects the request, or cannot answer it now
   */
  void requireFile() throws WebException {
    HttpHost host = WebAddress.origin(uri);
    if (RETRYABLE.contains(status())) {
      TimeValue pause = RETRY_AFTER.getRetryInterval(response, 1, HttpCoreContext.create());
      throw WebException.busy("%s answers %d".formatted(host, status()), pause.toDuration());
    }
    if (!OF_A_FILE.contains(status())) {
      String reason = header("X-Error-Message");
      String detail = reason.isEmpty() ? "" : ": " + ServerText.of(reason);
      throw new WebException(
          switch (status()) {
            case 401, 403 ->
              "%s refuses access to it (%d); a private or gated repository of Hugging Face needs HF_TOKEN%s"
                  .formatted(host, status(), detail);
            case 404, 410 -> "there is no such file at %s (%d)%s".formatted(host, status(), detail);
            default -> "%s answers %d, expected a file%s".formatted(host, status(), detail);
          },
          status());
    }
    String encoding = header("Content-Encoding");
    if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
      throw new WebException("the server sends it with the Content-Encoding %s, expected none"
          .formatted(ServerText.of(encoding)));
    }
  }

  /** Drops the connection unless the body was read to its end. */
  @Override
  public void close() {
    // Closing the response itself would first read the rest of the body.
    request.cancel();
  }
}
