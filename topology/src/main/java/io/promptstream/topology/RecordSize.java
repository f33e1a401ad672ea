package io.promptstream.topology;

import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.RejectedEventException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Refuses results that the producer could not send. Under exactly-once a too large record is fatal
 * when it is sent, so it must be found before anything is forwarded.
 */
final class RecordSize {
  /** At least what a record batch of one record adds: 61 bytes of header and 21 of the record. */
  private static final int BATCH_OVERHEAD = 128;

  /** At least the two lengths, as varints, that a header adds. */
  private static final int HEADER_OVERHEAD = 10;

  private final int maxRequestSize;

  RecordSize(int maxRequestSize) {
    this.maxRequestSize = maxRequestSize;
  }

  /**
   * Checks one record.
   *
   * @throws RejectedEventException if it could be larger than {@code max.request.size}
   */
  void check(String name, byte @Nullable [] key, byte[] value, Headers headers) {
    long size = (long) BATCH_OVERHEAD + (key == null ? 0 : key.length) + value.length;
    for (Header header : headers) {
      byte[] headerValue = header.value();
      size += HEADER_OVERHEAD
          + header.key().getBytes(StandardCharsets.UTF_8).length
          + (headerValue == null ? 0 : headerValue.length);
    }
    if (size > maxRequestSize) {
      throw new RejectedEventException(
          ErrorCode.RESULT_TOO_LARGE,
          "The %s record would have %d bytes with key and headers, at most %d can be sent"
              .formatted(name, size, maxRequestSize));
    }
  }
}
