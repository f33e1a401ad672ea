package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * Limits the total number of bytes that can be read from a channel, for a library whose memory
 * grows with the bytes that it reads. It does not own the underlying channel.
 */
final class LimitedChannel extends ReadOnlyChannel {
  private final long limit;
  private long left;

  LimitedChannel(SeekableByteChannel channel, long limit) {
    super(channel);
    this.limit = limit;
    this.left = limit;
  }

  @Override
  public int read(ByteBuffer destination) throws IOException {
    if (destination.remaining() > left) {
      throw new IOException("more than %d bytes would have to be read".formatted(limit));
    }
    int read = channel.read(destination);
    left -= Math.max(read, 0);
    return read;
  }

  @Override
  public void close() {
    // The owner of the underlying channel closes it.
  }
}
