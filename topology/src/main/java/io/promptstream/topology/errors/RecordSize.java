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

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
