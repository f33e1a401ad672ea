package io.promptstream.encoder.checkpoint.web;

import java.util.Optional;

/**
 * What tells a file from a later one at the same address.
 *
 * @param size size in bytes, -1 where the server does not say
 * @param etag the server's {@code ETag}, empty where it has none
 * @param lastModified the server's {@code Last-Modified}, empty where it has none
 */
public record FileVersion(long size, String etag, String lastModified) {

  static FileVersion of(WebResponse response, long size) {
    return new FileVersion(size, response.header("ETag"), response.header("Last-Modified"));
  }

  /**
   * Returns what a later request makes its range depend on; only strong tags may be used so (RFC
   * 9110, section 13.1.5).
   */
  Optional<String> ifRange() {
    return etag.startsWith("\"") ? Optional.of(etag) : Optional.empty();
  }

  /**
   * Requires that a later answer is of the same file.
   *
   * @throws WebException if the file was replaced in between
   */
  void requireSame(FileVersion later) throws WebException {
    if (later.size != size) {
      throw changed("had %d bytes and then %d".formatted(size, later.size));
    }
    boolean tagged = !etag.isEmpty() && !later.etag.isEmpty();
    if (tagged && !etag.equals(later.etag)) {
      throw changed(
          "had the ETag %s and then %s".formatted(Printable.of(etag), Printable.of(later.etag)));
    }
    boolean dated = !lastModified.isEmpty() && !later.lastModified.isEmpty();
    if (!tagged && dated && !lastModified.equals(later.lastModified)) {
      throw changed("was of %s and then of %s"
          .formatted(Printable.of(lastModified), Printable.of(later.lastModified)));
    }
  }

  private static WebException changed(String how) {
    return new WebException("the file changed while it was read: it " + how);
  }
}
