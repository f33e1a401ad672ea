package io.promptstream.schemas.serde;

import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown for bytes that can never be decoded: they are not in Confluent's wire format, their schema
 * is unknown to the registry or is not the record's, or the data are invalid under it. The message
 * is one sentence and contains none of the data.
 *
 * <p>A registry that cannot be reached, denies access or fails never causes this exception: the
 * record may be valid, and skipping it would lose it.
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
