package io.promptstream.schemas.serde;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.EOFException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.SocketException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.RetriableException;

/** What it means that a schema registry did not do what it was asked. */
public enum LookupFailure {
  /**
   * The registry does not know the schema. Registries replicate with a lag: it may know it soon.
   */
  UNKNOWN_SCHEMA,
  /** The registry has the schema, and it is not valid Avro. */
  NOT_AVRO,
  /**
   * The same request may be answered later: nobody listens, the connection is cut, the registry or
   * a proxy before it has an error of its own.
   */
  TRANSIENT,
  /** All else, such as a refusal or a wrong address: nothing changes until a person changes it. */
  LASTING;

  private static final int NOT_FOUND = 404;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  // Of Confluent's REST API. Only the registry says these: a proxy's or a wrong path's 404 does
  // not.
  private static final int SUBJECT_NOT_FOUND = 40401;
  private static final int SCHEMA_NOT_FOUND = 40403;

  private static final Pattern WITHOUT_REFERENCES =
      Pattern.compile(" with refs (null|\\[]) of type \\w+$");

  /** Returns what an exception of Confluent's client or serdes means. */
  public static LookupFailure of(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      // Before the class that it extends.
      if (cause instanceof RestClientException answer) {
        return of(answer);
      }
      if (isUnparsable(cause)) {
        return NOT_AVRO;
      }
      if (cause instanceof MalformedURLException) {
        return LASTING;
      }
      if (cause instanceof SSLException tls) {
        return wasCut(tls) ? TRANSIENT : LASTING;
      }
      // Confluent's deserializer tells of some statuses with the latter, and not always why.
      if (cause instanceof IOException
          || (cause instanceof RetriableException && cause.getCause() == null)) {
        return TRANSIENT;
      }
    }
    return LASTING;
  }

  /** Returns whether the same request may be answered later. */
  public static boolean isTransient(Throwable thrown) {
    return of(thrown) == TRANSIENT;
  }

  private static LookupFailure of(RestClientException answer) {
    int status = answer.getStatus();
    int code = answer.getErrorCode();
    if (status == NOT_FOUND && (code == SCHEMA_NOT_FOUND || code == SUBJECT_NOT_FOUND)) {
      return UNKNOWN_SCHEMA;
    }
    return status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS || status >= SERVER_ERROR
        ? TRANSIENT
        : LASTING;
  }

  // The client has no exceptions of its own for a schema that it has received and cannot parse, or
  // that is of another type, such as JSON. A schema with references can also fail to parse because
  // the registry did not give one of those, which is transient.
  private static boolean isUnparsable(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return (cause.getClass() == IOException.class
            && message.startsWith("Invalid schema ")
            && WITHOUT_REFERENCES.matcher(message).find())
        || (cause.getClass() == IllegalStateException.class
            && message.startsWith("Invalid schema type "));
  }

  /**
   * A certificate that is not trusted stays so; a server that dies while it shakes hands may not.
   */
  private static boolean wasCut(SSLException tls) {
    return tls.getCause() instanceof EOFException || tls.getCause() instanceof SocketException;
  }
}
