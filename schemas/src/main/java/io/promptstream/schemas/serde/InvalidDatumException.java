package io.promptstream.schemas.serde;

import org.jspecify.annotations.Nullable;

/**
 * Carries the reason why a datum is invalid through Confluent's deserializer, which wraps every
 * runtime exception. Unlike Avro's own exceptions, no other code can throw it.
 */
final class InvalidDatumException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidDatumException(String message) {
    super(message);
  }

  InvalidDatumException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
