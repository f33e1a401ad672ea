package io.promptstream.topology.registry;

import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when an event stops waiting for its schema: the deadline has passed, or the application
 * stops. The event is not committed. The message is one sentence for the operator.
 */
public final class RegistryTimeoutException extends KafkaException {
  private static final long serialVersionUID = 1L;

  private final boolean stopped;

  private RegistryTimeoutException(String message, boolean stopped, @Nullable Throwable cause) {
    super(message, cause);
    this.stopped = stopped;
  }

  static RegistryTimeoutException deadline(String message, @Nullable Throwable cause) {
    return new RegistryTimeoutException(message, false, cause);
  }

  static RegistryTimeoutException stopped(int schemaId) {
    return new RegistryTimeoutException(
        "The application stops while an event waits for schema id %d; the event is not committed."
            .formatted(schemaId),
        true,
        null);
  }

  /** Returns the first such exception in a chain of causes, if any. */
  public static Optional<RegistryTimeoutException> in(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof RegistryTimeoutException wait) {
        return Optional.of(wait);
      }
    }
    return Optional.empty();
  }

  /** Returns whether the wait ended because the application stops. */
  public boolean isStopped() {
    return stopped;
  }
}
