package io.promptstream.schemas.serde;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells failures to get a schema that are there to stay from those that may pass. */
final class LookupFailure {
  private static final int NOT_FOUND = 404;
  // Of Confluent's REST API. Only the registry says these: a proxy's or a wrong path's 404 does
  // not.
  private static final int SUBJECT_NOT_FOUND = 40401;
  private static final int SCHEMA_NOT_FOUND = 40403;

  private static final Pattern WITHOUT_REFERENCES =
      Pattern.compile(" with refs (null|\\[]) of type \\w+$");

  private LookupFailure() {}

  /** Returns why there will never be an Avro schema, if that is what the exception says. */
  static Optional<String> lasting(@Nullable Throwable cause) {
    if (cause instanceof RestClientException answer) {
      int code = answer.getErrorCode();
      boolean unknown = answer.getStatus() == NOT_FOUND
          && (code == SCHEMA_NOT_FOUND || code == SUBJECT_NOT_FOUND);
      return unknown ? Optional.of("the registry has no schema of this id") : Optional.empty();
    }
    return isUnparsable(cause)
        ? Optional.of("the schema of this id is not valid Avro")
        : Optional.empty();
  }

  // The client has no exceptions of its own for a schema that it has received and cannot parse, or
  // that is of another type, such as JSON. A schema with references can also fail to parse because
  // the registry did not give one of those, which may pass.
  private static boolean isUnparsable(@Nullable Throwable cause) {
    if (cause == null || cause.getMessage() == null) {
      return false;
    }
    String message = cause.getMessage();
    return (cause.getClass() == IOException.class
            && message.startsWith("Invalid schema ")
            && WITHOUT_REFERENCES.matcher(message).find())
        || (cause.getClass() == IllegalStateException.class
            && message.startsWith("Invalid schema type "));
  }
}
