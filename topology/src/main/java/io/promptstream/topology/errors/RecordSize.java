package io.promptstream.topology.errors;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Computes how large a record can become in a producer's request, before compression. */
public final class RecordSize {
  /** Upper bound of what a batch of one record adds: 61 bytes for the batch, 21 for the record. */
  private static final int BATCH_OVERHEAD = 128;

  /** Upper bound of the two lengths, as varints, that a header adds. */
  private static final int HEADER_OVERHEAD = 10;

  private RecordSize() {}

  /**
   * Returns at least the size that the producer compares with {@code max.request.size}, in bytes.
   */
  public static long upperBound(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    long size = (long) BATCH_OVERHEAD + length(key) + length(value);
    for (Header header : headers) {
      size += HEADER_OVERHEAD
          + header.key().getBytes(StandardCharsets.UTF_8).length
          + length(header.value());
    }
    return size;
  }

  /**
   * Checks that a record can be sent. Under exactly-once a too large record is fatal when it is
   * sent: it must be found before.
   *
   * @param name the record in the message
   * @throws RejectedEventException if it is larger than the limit, in bytes
   */
  public static void requireAtMost(
      long limit, String name, byte @Nullable [] key, byte[] value, Headers headers) {
    long size = upperBound(key, value, headers);
    if (size > limit) {
      throw new RejectedEventException(
          ErrorCode.RESULT_TOO_LARGE,
          "The %s record would have %d bytes with key and headers, at most %d can be sent"
              .formatted(name, size, limit));
    }
  }

  /**
   * Checks the number of headers; before all other work on an event, some of which walks through
   * the headers again.
   *
   * @throws RejectedEventException if there are more headers than the limit
   */
  public static void requireFewHeaders(int limit, Headers headers) {
    int count = 0;
    for (Header unused : headers) {
      count++;
    }
    if (count > limit) {
      throw new RejectedEventException(
          ErrorCode.TOO_MANY_HEADERS,
          "The event has %d headers, at most %d are allowed".formatted(count, limit));
    }
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
