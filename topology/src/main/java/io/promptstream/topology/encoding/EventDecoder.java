package io.promptstream.topology.encoding;

import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.serde.UndecodableRecordException;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.RejectedEventException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the raw values of the input topic.
 *
 * <p>Not done by the source node, for the processor is where an event's whole way can be walked for
 * several events at once, and where all its faults end in one handler.
 */
final class EventDecoder {
  private final String topic;
  private final int maxBytes;
  private final Deserializer<PromptEvent> deserializer;

  EventDecoder(String topic, int maxBytes, Deserializer<PromptEvent> deserializer) {
    this.topic = topic;
    this.maxBytes = maxBytes;
    this.deserializer = deserializer;
  }

  /**
   * Decodes one value, unless it is larger than any that could be sent on as it came: a record that
   * comes compressed can unpack to a thousand times what its topic takes.
   *
   * @throws RejectedEventException if it is no prompt event and never will be
   * @throws RuntimeException of Kafka or the registry client, if the registry cannot be asked now
   */
  PromptEvent decode(byte @Nullable [] value) {
    if (value == null) {
      throw new RejectedEventException(
          ErrorCode.UNDECODABLE, "The value is null, must be a PromptEvent");
    }
    if (value.length > maxBytes) {
      throw new RejectedEventException(
          ErrorCode.EVENT_TOO_LARGE,
          "The value has %d bytes, at most %d are taken".formatted(value.length, maxBytes));
    }
    try {
      return deserializer.deserialize(topic, value);
    } catch (UndecodableRecordException e) {
      throw new RejectedEventException(ErrorCode.UNDECODABLE, String.valueOf(e.getMessage()));
    }
  }
}
