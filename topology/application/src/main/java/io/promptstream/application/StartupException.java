package io.promptstream.application;

import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.checkpoint.SourceName;
import org.jspecify.annotations.Nullable;

/** Thrown if the application cannot start; the message is one sentence for the operator. */
public final class StartupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception for a failed check. */
  public StartupException(String message) {
    super(message);
  }

  /** Returns an exception for weights or a device that cannot be used. */
  public static StartupException encoder(EncoderOptions options, RuntimeException cause) {
    return new StartupException(
        "Cannot load the encoder from %s on device %s: %s"
            .formatted(
                SourceName.shown(options.checkpoint()), options.device(), cause.getMessage()),
        cause);
  }

  /** Creates an exception for a failed operation. */
  public StartupException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
