package io.promptstream.schemas.serde;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.EOFException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.SocketException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.RetriableException;

/** Classifies failed requests to a schema registry. */
public enum LookupFailure {
  /**
   * The registry does not know the schema, but may know it soon: registries replicate with a lag.
   */
  UNKNOWN_SCHEMA,
  /** The registry has the schema, but it is not valid Avro. */
  NOT_AVRO,
  /**
   * The same request may succeed later: nothing listens at the address, the connection is lost, or
   * the registry or a proxy in front of it has an internal error.
   */
  TRANSIENT,
  /** Any other failure, such as denied access or a wrong address, which does not end by itself. */
  LASTING;

  private static final int NOT_FOUND = 404;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  // Error codes of Confluent's REST API, which only the registry sends: a 404 from a proxy or for a
  // wrong path has neither.
  private static final int SUBJECT_NOT_FOUND = 40401;
  private static final int SCHEMA_NOT_FOUND = 40403;

  private static final Pattern WITHOUT_REFERENCES =
      Pattern.compile(" with refs (null|\\[]) of type \\w+$");

  /** Classifies an exception of Confluent's client or serdes. */
  public static LookupFailure of(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      // Checked before its superclass, IOException.
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
        return connectionLost(tls) ? TRANSIENT : LASTING;
      }
      // Confluent's deserializer reports some statuses as a RetriableException, not always with a
      // cause.
      if (cause instanceof IOException
          || (cause instanceof RetriableException && cause.getCause() == null)) {
        return TRANSIENT;
      }
    }
    return LASTING;
  }

  /** Returns whether the same request may succeed later. */
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

  // The client has no specific exception for a schema that it cannot parse or that is of another
  // type, such as JSON. A schema with references can also fail to parse because the registry did
  // not return one of them, which is transient.
  private static boolean isUnparsable(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return (cause.getClass() == IOException.class
            && message.startsWith("Invalid schema ")
            && WITHOUT_REFERENCES.matcher(message).find())
        || (cause.getClass() == IllegalStateException.class
            && message.startsWith("Invalid schema type "));
  }

  /**
   * Returns whether the connection was lost during the handshake, which is transient; an untrusted
   * certificate is not.
   */
  private static boolean connectionLost(SSLException tls) {
    return tls.getCause() instanceof EOFException || tls.getCause() instanceof SocketException;
  }
}
