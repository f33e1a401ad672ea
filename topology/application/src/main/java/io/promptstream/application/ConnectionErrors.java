package io.promptstream.application;

import io.promptstream.topology.config.ClientSettings;
import io.promptstream.topology.retry.RetryPolicy;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;

/** Says in one sentence why the brokers or the registry cannot be reached. */
final class ConnectionErrors {
  private ConnectionErrors() {}

  /**
   * Returns the exception for a failed connection to the brokers; it names the settings to check.
   */
  static StartupException brokers(ClientSettings clients, Throwable thrown) {
    String sentence;
    if (has(thrown, SaslAuthenticationException.class)) {
      sentence = "The Kafka brokers at bootstrap.servers=%s reject sasl.jaas.config: %s";
    } else if (has(thrown, SslAuthenticationException.class)) {
      sentence = "No TLS connection to the Kafka brokers at bootstrap.servers=%s, see ssl.*: %s";
    } else {
      sentence = "No Kafka broker answers at bootstrap.servers=%s: %s";
    }
    return new StartupException(
        sentence.formatted(clients.bootstrapServers(), reason(thrown)), thrown);
  }

  /** Returns the messages of an exception and its causes in one line, without repetitions. */
  static String reason(Throwable thrown) {
    Set<String> messages = new LinkedHashSet<>();
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      // Kafka's own wrappers add nothing to the message of their cause.
      String message = cause.getMessage();
      boolean wraps = cause.getCause() != null
          && (message == null
              || message.startsWith("Failed to create new ")
              || message.contains(String.valueOf(cause.getCause().getMessage())));
      if (!wraps) {
        messages.add(message == null ? cause.getClass().getName() : message);
      }
    }
    return RetryPolicy.oneLine(String.join(": ", messages));
  }

  private static boolean has(Throwable thrown, Class<? extends Throwable> type) {
    return type.isInstance(thrown) || (thrown.getCause() != null && has(thrown.getCause(), type));
  }
}
