package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** Counts the bytes that are read from a channel. */
final class CountingChannel extends ReadOnlyChannel {
  private long bytesRead;

  CountingChannel(SeekableByteChannel channel) {
    super(channel);
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
}
