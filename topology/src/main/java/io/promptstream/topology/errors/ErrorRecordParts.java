package io.promptstream.topology.errors;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an event that its error record carries.
 *
 * @param value whether it carries the unchanged value
 * @param headers whether it carries the event's own headers
 * @param key whether it carries the key
 */
record ErrorRecordParts(boolean value, boolean headers, boolean key) {
  /** From all parts to none; the key is dropped last, because it identifies the image. */
  private static final List<ErrorRecordParts> ALL_TO_NOTHING = List.of(
      new ErrorRecordParts(true, true, true),
      new ErrorRecordParts(true, false, true),
      new ErrorRecordParts(false, true, true),
      new ErrorRecordParts(false, false, true),
      new ErrorRecordParts(true, false, false),
      new ErrorRecordParts(false, false, false));

  /** Returns the combinations to try, the largest first; too many headers are never kept. */
  static List<ErrorRecordParts> mostFirst(ErrorCode code) {
    return code == ErrorCode.TOO_MANY_HEADERS
        ? ALL_TO_NOTHING.stream().filter(kept -> !kept.headers()).toList()
        : ALL_TO_NOTHING;
  }

  /** Adds a header that lists the omitted parts, if there are any. */
  void describeOmitted(Headers target, ErrorHandlerContext event) {
    List<String> omitted = new ArrayList<>();
    if (!value) {
      omitted.add("value (%d bytes)".formatted(length(event.sourceRawValue())));
    }
    if (!headers) {
      omitted.add("headers (%d)".formatted(event.headers().toArray().length));
    }
    if (!key) {
      omitted.add("key (%d bytes)".formatted(length(event.sourceRawKey())));
    }
    if (!omitted.isEmpty()) {
      RejectedEventHandler.add(target, ErrorHeaders.OMITTED, String.join(", ", omitted));
    }
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
