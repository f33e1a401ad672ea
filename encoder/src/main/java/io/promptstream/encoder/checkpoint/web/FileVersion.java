package io.promptstream.encoder.checkpoint.web;

import java.util.Optional;

/**
 * Identifies the version of a file at an address.
 *
 * @param size size in bytes, -1 if unknown
 * @param etag the server's {@code ETag}, empty if absent
 * @param lastModified the server's {@code Last-Modified}, empty if absent
 */
record FileVersion(long size, String etag, String lastModified) {
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
    requireSame("the size", Long.toString(size), Long.toString(later.size));
    if (!etag.isEmpty() && !later.etag.isEmpty()) {
      requireSame("the ETag", etag, later.etag);
    } else if (!lastModified.isEmpty() && !later.lastModified.isEmpty()) {
      requireSame("the date", lastModified, later.lastModified);
    }
  }

  private static void requireSame(String what, String first, String then) throws WebException {
    if (!first.equals(then)) {
      throw new WebException("the file changed during reading: it had %s %s and then %s"
          .formatted(what, ServerText.of(first), ServerText.of(then)));
    }
  }
}
