package io.promptstream.topology.encoding;

import io.promptstream.schemas.serde.UndecodableRecordException;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.RejectedEventException;
import io.promptstream.topology.registry.RecordReader;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the raw values of a topic of events: of prompts or of actions.
 *
 * <p>The processor calls it, not the source node, because the processor can prepare several events
 * at once, and one handler receives all errors of an event.
 */
public final class EventDecoder<T extends SpecificRecord> {
  private final int maxBytes;
  private final String type;
  private final RecordReader<T> reader;

  /**
   * Creates a decoder.
   *
   * @param type name of the record, for messages
   * @param maxBytes maximum size of a value
   */
  public EventDecoder(String type, int maxBytes, RecordReader<T> reader) {
    this.type = type;
    this.maxBytes = maxBytes;
    this.reader = reader;
  }

  /**
   * Decodes the value of an event in its turn, and waits while its schema is not available. Rejects
   * a value that is too large to be sent on unchanged: a compressed record can unpack to a thousand
   * times the limit of its topic.
   *
   * @throws RejectedEventException if it can never be decoded as an event
   * @throws RuntimeException as {@link RecordReader#read} does
   */
  public T decode(byte @Nullable [] value, long polledNanos) {
    byte[] checked = checked(value);
    try {
      return reader.read(checked, polledNanos);
    } catch (UndecodableRecordException e) {
      throw rejected(e);
    }
  }

  /**
   * Decodes the value of an event before its turn, without waiting.
   *
   * @return null if its schema is not in memory
   * @throws RejectedEventException if it can never be decoded as an event
   */
  @Nullable T decodeAhead(byte @Nullable [] value, long polledNanos) {
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
          ErrorCode.UNDECODABLE, "The value is null, but must be a " + type);
    }
    if (value.length > maxBytes) {
      throw new RejectedEventException(
          ErrorCode.EVENT_TOO_LARGE,
          "The value has %d bytes, at most %d are allowed".formatted(value.length, maxBytes));
    }
    return value;
  }

  private static RejectedEventException rejected(UndecodableRecordException e) {
    return new RejectedEventException(ErrorCode.UNDECODABLE, String.valueOf(e.getMessage()));
  }
}
