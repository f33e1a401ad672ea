package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Requests the bytes of one file, and counts the bytes that arrive. */
final class Requests {
  /** Statuses that storage returns for an expired redirect target. */
  private static final Set<Integer> EXPIRED = Set.of(400, 401, 403, 404, 410);

  private final HttpTransport transport;
  private final WebAddress address;
  private final Progress progress;
  private URI location;
  private @Nullable String commit;
  private long bytesRead;

  Requests(HttpTransport transport, WebAddress address, Progress progress) {
    this.transport = transport;
    this.address = address;
    this.progress = progress;
    this.location = address.uri();
  }

  /**
   * Requests a range.
   *
   * @param range {@code A-B}, or {@code A-} to the end
   * @param known the expected version of the file, empty for the first request
   * @return a response with status 200, 206 or 416
   */
  WebResponse get(String range, Optional<FileVersion> known) throws IOException {
    Map<String, String> headers = new HashMap<>();
    headers.put("Range", "bytes=" + range);
    headers.put("Accept-Encoding", "identity");
    headers.put("User-Agent", "promptstream");
    known.flatMap(FileVersion::ifRange).ifPresent(tag -> headers.put("If-Range", tag));
    WebResponse response = transport.get(address, location, headers);
    if (!location.equals(address.uri()) && EXPIRED.contains(response.status())) {
      response.close();
      response = transport.get(address, address.uri(), headers);
    }
    Statuses.requireFile(response);
    location = response.uri();
    commit = response.commit() == null ? commit : response.commit();
    return response;
  }

  /**
   * Reads available bytes of a body.
   *
   * @param sequential as in {@link Progress#update}
   * @return the number of bytes, -1 at the end
   * @throws RetryableException if the connection broke
   */
  int read(WebResponse response, byte[] chunk, int length, long total, boolean sequential)
      throws IOException {
    try {
      int count = response.body().read(chunk, 0, length);
      if (count > 0) {
        bytesRead += count;
        progress.update(bytesRead, total, sequential);
      }
      return count;
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new RetryableException(
          "the connection to %s broke after %d bytes: %s"
              .formatted(
                  WebAddress.origin(location),
                  bytesRead,
                  ServerText.of(String.valueOf(e.getMessage()))),
          e);
    }
  }

  /** Ends the progress. */
  void close() {
    progress.close();
  }

  /** Returns the number of bytes that have arrived, including unused ones. */
  long bytesRead() {
    return bytesRead;
  }

  /** Returns the commit of the hub's repository, empty if there is none. */
  Optional<String> commit() {
    return Optional.ofNullable(commit);
  }
}
