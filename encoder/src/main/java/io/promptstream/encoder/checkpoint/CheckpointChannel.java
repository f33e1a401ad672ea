package io.promptstream.encoder.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** Reads ranges of an open checkpoint of any size, and counts the bytes that it reads. */
final class CheckpointChannel implements Closeable {
  private final SeekableByteChannel channel;
  private final long size;
  private long bytesRead;

  /** Creates a channel that owns another one. */
  CheckpointChannel(SeekableByteChannel channel) throws IOException {
    this.channel = channel;
    this.size = channel.size();
  }

  /** Returns the size of the file in bytes. */
  long size() {
    return size;
  }

  long bytesRead() {
    return bytesRead;
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
      if (count(channel.read(buffer)) < 0) {
        throw new MalformedCheckpointException(
            "the file ended within %s: it was truncated during reading".formatted(what));
      }
    }
    return bytes;
  }

  private int count(int read) {
    bytesRead += Math.max(read, 0);
    return read;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /**
   * Returns a channel for a library whose memory grows with the bytes that it reads. It does not
   * own the file.
   *
   * @param limit maximum number of bytes in total
   */
  SeekableByteChannel limitedTo(long limit) {
    return new Limited(limit);
  }

  private final class Limited implements SeekableByteChannel {
    private final long limit;
    private long left;

    Limited(long limit) {
      this.limit = limit;
      this.left = limit;
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
      if (destination.remaining() > left) {
        throw new IOException("more than %d bytes would have to be read".formatted(limit));
      }
      int read = count(channel.read(destination));
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
    public long size() {
      return size;
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public int write(ByteBuffer source) {
      throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long newSize) {
      throw new NonWritableChannelException();
    }

    @Override
    public void close() {
      // The owner of the file closes it.
    }
  }
}
