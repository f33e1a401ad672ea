package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/**
 * A channel from which only so many bytes can be read in all, for a library whose memory grows with
 * what a file makes it read. It does not own the channel underneath.
 */
final class LimitedChannel implements SeekableByteChannel {
  private final SeekableByteChannel channel;
  private final long limit;
  private long left;

  LimitedChannel(SeekableByteChannel channel, long limit) {
    this.channel = channel;
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
  public long position() throws IOException {
    return channel.position();
  }

  @Override
  public SeekableByteChannel position(long newPosition) throws IOException {
    channel.position(newPosition);
    return this;
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() {
    // The owner of the channel underneath closes it.
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long newSize) {
    throw new NonWritableChannelException();
  }
}
