package io.promptstream.encoder.checkpoint;

import org.jspecify.annotations.Nullable;

/**
 * Thrown for a checkpoint that cannot be loaded; the message names the source, what is wrong with
 * it and, where one is to blame, the tensor.
 */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CheckpointException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
