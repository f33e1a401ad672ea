package io.promptstream.encoder.checkpoint.web;

import java.util.Optional;

/**
 * Identifies the version of a file at an address.
 *
 * @param size size in bytes, -1 if unknown
 * @param etag the server's {@code ETag}, empty if absent
 * @param lastModified the server's {@code Last-Modified}, empty if absent
 */
public record FileVersion(long size, String etag, String lastModified) {

  static FileVersion of(WebResponse response, long size) {
    return new FileVersion(size, response.header("ETag"), response.header("Last-Modified"));
  }

  /**
   * Returns the {@code If-Range} value for a later request; only strong tags are allowed (RFC 9110,
   * section 13.1.5).
   */
  Optional<String> ifRange() {
    return etag.startsWith("\"") ? Optional.of(etag) : Optional.empty();
  }

  /**
   * Requires that a later response is for the same version.
   *
   * @throws WebException if the file changed between the responses
   */
  void requireSame(FileVersion later) throws WebException {
    if (later.size != size) {
      throw changed("had %d bytes and then %d".formatted(size, later.size));
    }
    boolean tagged = !etag.isEmpty() && !later.etag.isEmpty();
    if (tagged && !etag.equals(later.etag)) {
      throw changed(
          "had the ETag %s and then %s".formatted(ServerText.of(etag), ServerText.of(later.etag)));
    }
    boolean dated = !lastModified.isEmpty() && !later.lastModified.isEmpty();
    if (!tagged && dated && !lastModified.equals(later.lastModified)) {
      throw changed("was last modified at %s and then at %s"
          .formatted(ServerText.of(lastModified), ServerText.of(later.lastModified)));
    }
  }

  private static WebException changed(String how) {
    return new WebException("the file changed during reading: it " + how);
  }
}
