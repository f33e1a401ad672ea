package io.promptstream.schemas.serde;

import org.jspecify.annotations.Nullable;

/**
 * Carries the reason why a datum is invalid through Confluent's deserializer, which wraps every
 * runtime exception; unlike Avro's own exceptions, nothing else can throw it.
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
