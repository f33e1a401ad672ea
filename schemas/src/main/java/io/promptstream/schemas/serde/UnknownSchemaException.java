package io.promptstream.schemas.serde;

import org.jspecify.annotations.Nullable;

/**
 * Thrown for bytes with the id of a schema that the registry does not know. Registries replicate
 * with a lag: a reader that can wait asks again for some seconds before it skips the record.
 */
public final class UnknownSchemaException extends UndecodableRecordException {
  private static final long serialVersionUID = 1L;

  UnknownSchemaException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
