package io.promptstream.encoder.checkpoint;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if a checkpoint cannot be loaded; the message names the source, the problem and, if there
 * is one, the tensor that causes it.
 */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CheckpointException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
