package io.promptstream.topology.registry;

import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when an event stops waiting for its schema: the deadline has passed, or the application
 * stops. The event is not committed. The message is one sentence for the operator.
 */
public final class RegistryWaitException extends KafkaException {
  private static final long serialVersionUID = 1L;

  private final boolean stopped;

  private RegistryWaitException(String message, boolean stopped, @Nullable Throwable cause) {
    super(message, cause);
    this.stopped = stopped;
  }

  static RegistryWaitException deadline(String message, @Nullable Throwable cause) {
    return new RegistryWaitException(message, false, cause);
  }

  static RegistryWaitException stopped(int schemaId) {
    return new RegistryWaitException(
        "The application stops while an event waits for schema id %d; the event is not committed."
            .formatted(schemaId),
        true,
        null);
  }

  /** Returns the first such exception in a chain of causes, if any. */
  public static Optional<RegistryWaitException> in(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof RegistryWaitException wait) {
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
