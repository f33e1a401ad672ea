package io.promptstream.encoder.checkpoint.web;

/** Is told how a download goes. */
public interface Progress extends AutoCloseable {
  /** For a download that nobody watches. */
  Progress NONE = (read, there, whole) -> {};

  /**
   * Tells how far it is.
   *
   * @param read how many bytes have been read
   * @param there how many bytes there are, -1 where the server does not say
   * @param whole whether the file is read from its start on, and not in ranges
   */
  void update(long read, long there, boolean whole);

  /** Tells that no more is read. */
  @Override
  default void close() {}
}
