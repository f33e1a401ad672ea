package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A channel that counts what is read from it. */
final class MeteredChannel implements SeekableByteChannel {
  private final SeekableByteChannel channel;
  private long bytesRead;

  MeteredChannel(SeekableByteChannel channel) {
    this.channel = channel;
  }

  long bytesRead() {
    return bytesRead;
  }

  @Override
  public int read(ByteBuffer destination) throws IOException {
    int read = channel.read(destination);
    bytesRead += Math.max(read, 0);
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
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }
}
