package io.promptstream.encoder.checkpoint.web;

/** Receives the progress of a download. */
public interface Progress extends AutoCloseable {
  /** Ignores all updates. */
  Progress NONE = (read, total, sequential) -> {};

  /**
   * Reports the current state.
   *
   * @param read number of bytes read
   * @param total size of the file in bytes, -1 if unknown
   * @param sequential whether the file is read from its start, not in ranges
   */
  void update(long read, long total, boolean sequential);

  /** Signals the end of the download. */
  @Override
  default void close() {}
}
