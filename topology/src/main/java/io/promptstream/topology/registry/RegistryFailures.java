package io.promptstream.topology.registry;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.EOFException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.SocketException;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.RetriableException;

/** Tells a registry that does not answer, or cannot now, from one that refuses. */
public final class RegistryFailures {
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  private RegistryFailures() {}

  /**
   * Returns whether the same request may be answered later: nobody listens, the connection is cut,
   * the registry or a proxy before it has an error of its own. Refusals and wrong addresses last.
   */
  public static boolean mayPass(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      // Before the class that it extends.
      if (cause instanceof RestClientException answer) {
        return mayPass(answer.getStatus());
      }
      if (cause instanceof MalformedURLException) {
        return false;
      }
      if (cause instanceof SSLException tls) {
        return wasCut(tls);
      }
      if (cause instanceof IOException) {
        return true;
      }
      // Confluent's deserializer tells of some statuses with these, and not always why.
      if (cause instanceof RetriableException && cause.getCause() == null) {
        return true;
      }
    }
    return false;
  }

  /** Returns what the registry, or the network before it, said. */
  static String reason(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.toString();
  }

  private static boolean mayPass(int status) {
    return status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS || status >= SERVER_ERROR;
  }

  /**
   * A certificate that is not trusted stays so; a server that dies while it shakes hands may not.
   */
  private static boolean wasCut(SSLException tls) {
    return tls.getCause() instanceof EOFException || tls.getCause() instanceof SocketException;
  }
}
