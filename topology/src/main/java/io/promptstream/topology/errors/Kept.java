package io.promptstream.topology.errors;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Which parts of an event its error record carries.
 *
 * @param value whether the value as it came
 * @param headers whether the event's own headers
 * @param key whether the key
 */
record Kept(boolean value, boolean headers, boolean key) {
  /** From everything to nothing; the key goes last, for it says which image it was. */
  private static final List<Kept> ALL_TO_NOTHING = List.of(
      new Kept(true, true, true),
      new Kept(true, false, true),
      new Kept(false, true, true),
      new Kept(false, false, true),
      new Kept(true, false, false),
      new Kept(false, false, false));

  /** Returns what to try, from the most to nothing; headers that are too many are never kept. */
  static List<Kept> mostFirst(ErrorCode code) {
    return code == ErrorCode.TOO_MANY_HEADERS
        ? ALL_TO_NOTHING.stream().filter(kept -> !kept.headers()).toList()
        : ALL_TO_NOTHING;
  }

  /** Says in a header what was left out, if anything was. */
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
