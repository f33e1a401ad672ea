package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;

/** Converts the status of a response that is not a file to an exception. */
final class Statuses {
  private static final Set<Integer> RETRYABLE = Set.of(408, 425, 429, 500, 502, 503, 504);

  private Statuses() {}

  /**
   * Requires a status that concerns the bytes of a file: 200, 206 or 416.
   *
   * @throws RetryableException if the failure is transient
   * @throws WebException if the server rejects the request
   */
  static void requireFile(WebResponse response) throws IOException {
    int status = response.status();
    if (status == WebResponse.OK
        || status == WebResponse.PARTIAL_CONTENT
        || status == WebResponse.RANGE_NOT_SATISFIABLE) {
      return;
    }
    response.close();
    String host = WebAddress.origin(response.uri());
    if (RETRYABLE.contains(status)) {
      throw new RetryableException("%s answers %d".formatted(host, status), retryAfter(response));
    }
    String reason = response.header("X-Error-Message");
    String detail = reason.isEmpty() ? "" : ": " + ServerText.of(reason);
    throw new WebException(
        switch (status) {
          case 401, 403 ->
            "%s refuses access to it (%d); a private or gated repository of Hugging Face needs HF_TOKEN%s"
                .formatted(host, status, detail);
          case 404, 410 -> "there is no such file at %s (%d)%s".formatted(host, status, detail);
          default -> "%s answers %d, expected a file%s".formatted(host, status, detail);
        },
        status);
  }

  /** Reads {@code Retry-After}: seconds, or a date (RFC 9110, section 10.2.3). */
  private static Optional<Duration> retryAfter(WebResponse response) {
    String value = response.header("Retry-After").strip();
    if (value.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
    }
    try {
      Instant date =
          ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), date);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
