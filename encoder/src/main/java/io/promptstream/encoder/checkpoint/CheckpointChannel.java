package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;

/** Reads ranges of an open checkpoint of any size. */
final class CheckpointChannel {
  private final SeekableByteChannel channel;
  private final long size;

  CheckpointChannel(SeekableByteChannel channel) throws IOException {
    this.channel = channel;
    this.size = channel.size();
  }

  /** Returns the size of the file in bytes. */
  long size() {
    return size;
  }

  /**
   * Returns a channel for a library that reads the file, limited to {@code limit} bytes in total.
   */
  SeekableByteChannel limitedTo(long limit) {
    return new LimitedChannel(channel, limit);
  }

  /**
   * Reads a range of the file.
   *
   * @param what description of the range for error messages
   * @return the bytes, in little-endian order
   * @throws MalformedCheckpointException if the range is not within the file
   */
  ByteBuffer read(long offset, int length, String what) throws IOException {
    return ByteBuffer.wrap(readBytes(offset, length, what)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads a range of the file, as {@link #read} does. */
  byte[] readBytes(long offset, int length, String what) throws IOException {
    if (offset < 0 || length < 0 || length > size - offset) {
      throw new MalformedCheckpointException(
          "%s starts at byte %d and is %d bytes long, but the file has only %d bytes"
              .formatted(what, offset, length, size));
    }
    byte[] bytes = new byte[length];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    channel.position(offset);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new MalformedCheckpointException(
            "the file ended within %s: it was truncated during reading".formatted(what));
      }
    }
    return bytes;
  }
}
