package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads ranges of a file; after a broken connection, it continues after the last byte received. It
 * rejects a response whose range does not match the request.
 */
final class RangeReader {
  private static final int CHUNK = 16 << 10;

  private final Requests requests;
  private final WebOptions options;
  private final FileVersion version;

  RangeReader(Requests requests, WebOptions options, FileVersion version) {
    this.requests = requests;
    this.options = options;
    this.version = version;
  }

  FileVersion version() {
    return version;
  }

  /** Reads a range within the file. */
  byte[] read(long from, int length) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(length);
    fill(from, target, new Retries(options));
    return target.array();
  }

  /** Reads the start of the file from a response that has already arrived. */
  byte[] readStart(WebResponse response, int length) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(length);
    Retries retries = new Retries(options);
    try (response) {
      take(response, 0, target);
    } catch (RetryableException e) {
      retries.pause(e, requests.bytesRead());
    }
    fill(0, target, retries);
    return target.array();
  }

  private void fill(long from, ByteBuffer target, Retries retries) throws IOException {
    while (target.hasRemaining()) {
      long first = from + target.position();
      String range = first + "-" + (from + target.limit() - 1);
      try (WebResponse response = requests.get(range, Optional.of(version))) {
        take(response, first, target);
        if (target.hasRemaining()) {
          throw new RetryableException("the server sent only part of the range");
        }
      } catch (RetryableException e) {
        retries.pause(e, requests.bytesRead());
      }
    }
  }

  private void take(WebResponse response, long first, ByteBuffer target) throws IOException {
    long left = requireRange(response, first, target.remaining()).length();
    byte[] chunk = new byte[CHUNK];
    while (left > 0) {
      int count =
          requests.read(response, chunk, (int) Math.min(left, CHUNK), version.size(), false);
      if (count < 0) {
        throw new RetryableException(
            "the server stopped %d bytes before the end of the range".formatted(left));
      }
      target.put(chunk, 0, count);
      left -= count;
    }
    // Reading to the end also makes the connection reusable.
    if (requests.read(response, chunk, 1, version.size(), false) >= 0) {
      throw new WebException("the server sends more bytes than it announces (Content-Range '%s')"
          .formatted(ServerText.of(response.header("Content-Range"))));
    }
  }

  private ContentRange requireRange(WebResponse response, long first, int length)
      throws IOException {
    switch (response.status()) {
      case WebResponse.RANGE_NOT_SATISFIABLE ->
        throw new WebException(
            "the server has no byte %d of the file, although it reported %d bytes"
                .formatted(first, version.size()));
      case WebResponse.OK -> {
        OptionalLong size = response.contentLength();
        version.requireSame(FileVersion.of(response, size.orElse(version.size())));
        throw new RetryableException("the server no longer sends ranges of the file");
      }
      default -> {}
    }
    ContentRange range = response.contentRange();
    version.requireSame(FileVersion.of(response, range.size()));
    response.requireIdentity();
    if (range.first() != first || range.length() > length) {
      throw new WebException("the server was asked for the bytes %d-%d and sends %d-%d"
          .formatted(first, first + length - 1, range.first(), range.last()));
    }
    long claimed = response.contentLength().orElse(range.length());
    if (claimed != range.length()) {
      throw new WebException(
          "the server says that it sends %d bytes (Content-Length) and that they are %d-%d (Content-Range)"
              .formatted(claimed, range.first(), range.last()));
    }
    return range;
  }
}
