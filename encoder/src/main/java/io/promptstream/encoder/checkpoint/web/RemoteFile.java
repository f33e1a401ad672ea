package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.Optional;

/** A read-only channel on a file on the web. Not safe for use by several threads. */
public abstract class RemoteFile implements SeekableByteChannel {
  final Requests requests;
  final FileVersion version;
  private long position;
  private boolean open = true;

  RemoteFile(Requests requests, FileVersion version) {
    this.requests = requests;
    this.version = version;
  }

  /** Reads at least one byte, as many as are available; the position is within the file. */
  abstract int read(long from, ByteBuffer destination) throws IOException;

  /** Returns the server's {@code ETag}, empty if there is none. */
  public String etag() {
    return version.etag();
  }

  /** Returns the number of bytes read from the network. */
  public long bytesRead() {
    return requests.bytesRead();
  }

  /** Returns the commit of the hub's repository, empty if the file is not in a repository. */
  public Optional<String> commit() {
    return requests.commit();
  }

  @Override
  public final int read(ByteBuffer destination) throws IOException {
    requireOpen();
    if (!destination.hasRemaining()) {
      return 0;
    }
    if (position >= size()) {
      return -1;
    }
    int count = read(position, destination);
    position += count;
    return count;
  }

  @Override
  public final long position() throws IOException {
    requireOpen();
    return position;
  }

  @Override
  public final SeekableByteChannel position(long newPosition) throws IOException {
    requireOpen();
    if (newPosition < 0) {
      throw new IllegalArgumentException("position is negative: " + newPosition);
    }
    position = newPosition;
    return this;
  }

  private void requireOpen() throws ClosedChannelException {
    if (!open) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public final boolean isOpen() {
    return open;
  }

  @Override
  public void close() throws IOException {
    open = false;
    requests.close();
  }

  @Override
  public final int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public final SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }
}
