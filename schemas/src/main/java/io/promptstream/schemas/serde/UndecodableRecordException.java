package io.promptstream.schemas.serde;

import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown for bytes that can never be decoded, however often they are tried: not Confluent's wire
 * format, a schema that the registry does not know or that is not the record's, or data that are
 * not valid under it. The message is one sentence without any of the data.
 *
 * <p>Whatever may pass (the registry cannot be reached, refuses access, fails) is never this
 * exception: then nobody knows yet whether the record is good, and skipping it would lose it.
 */
public class UndecodableRecordException extends SerializationException {
  private static final long serialVersionUID = 1L;

  UndecodableRecordException(String message) {
    super(message);
  }

  UndecodableRecordException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
