package io.promptstream.topology.errors;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** How large a record can become in a request of the producer, before compression. */
public final class RecordSize {
  /** At least what a record batch of one record adds: 61 bytes of header and 21 of the record. */
  private static final int BATCH_OVERHEAD = 128;

  /** At least the two lengths, as varints, that a header adds. */
  private static final int HEADER_OVERHEAD = 10;

  private RecordSize() {}

  /** Returns no less than what the producer compares with {@code max.request.size}, in bytes. */
  public static long upperBound(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    long size = (long) BATCH_OVERHEAD + length(key) + length(value);
    for (Header header : headers) {
      size += HEADER_OVERHEAD
          + header.key().getBytes(StandardCharsets.UTF_8).length
          + length(header.value());
    }
    return size;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
