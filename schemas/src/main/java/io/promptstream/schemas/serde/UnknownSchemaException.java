package io.promptstream.schemas.serde;

import org.jspecify.annotations.Nullable;

/**
 * Thrown for a record with a schema id that the registry does not know. Registries replicate with a
 * lag, so a reader that can wait retries for some seconds before it skips the record.
 */
public final class UnknownSchemaException extends UndecodableRecordException {
  private static final long serialVersionUID = 1L;

  UnknownSchemaException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
