package io.promptstream.topology.encoding;

import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.serde.UndecodableRecordException;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.RejectedEventException;
import io.promptstream.topology.registry.PromptEventReader;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the raw values of the input topic.
 *
 * <p>Not done by the source node, for the processor is where an event's whole way can be walked for
 * several events at once, and where all its faults end in one handler.
 */
final class EventDecoder {
  private final int maxBytes;
  private final PromptEventReader reader;

  EventDecoder(int maxBytes, PromptEventReader reader) {
    this.maxBytes = maxBytes;
    this.reader = reader;
  }

  /**
   * Decodes the value of an event whose turn it is, unless it is larger than any that could be sent
   * on as it came: a record that comes compressed can unpack to a thousand times what its topic
   * takes. Waits while its schema cannot be had.
   *
   * @throws RejectedEventException if it is no prompt event and never will be
   * @throws RuntimeException as {@link PromptEventReader#read} does
   */
  PromptEvent decode(byte @Nullable [] value, long polledNanos) {
    byte[] checked = checked(value);
    try {
      return reader.read(checked, polledNanos);
    } catch (UndecodableRecordException e) {
      throw rejected(e);
    }
  }

  /**
   * Decodes a value ahead of its event's turn, without waiting.
   *
   * @return null if its schema is not in memory
   * @throws RejectedEventException if it is no prompt event and never will be
   */
  @Nullable PromptEvent decodeAhead(byte @Nullable [] value, long polledNanos) {
    byte[] checked = checked(value);
    try {
      return reader.readAhead(checked, polledNanos);
    } catch (UndecodableRecordException e) {
      throw rejected(e);
    }
  }

  private byte[] checked(byte @Nullable [] value) {
    if (value == null) {
      throw new RejectedEventException(
          ErrorCode.UNDECODABLE, "The value is null, must be a PromptEvent");
    }
    if (value.length > maxBytes) {
      throw new RejectedEventException(
          ErrorCode.EVENT_TOO_LARGE,
          "The value has %d bytes, at most %d are taken".formatted(value.length, maxBytes));
    }
    return value;
  }

  private static RejectedEventException rejected(UndecodableRecordException e) {
    return new RejectedEventException(ErrorCode.UNDECODABLE, String.valueOf(e.getMessage()));
  }
}
