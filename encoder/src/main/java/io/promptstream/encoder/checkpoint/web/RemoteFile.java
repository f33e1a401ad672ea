package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.Optional;

/** A file on the web as a channel that can only be read; for one thread at a time. */
public abstract class RemoteFile implements SeekableByteChannel {
  private final Requests requests;
  private long position;
  private boolean open = true;

  RemoteFile(Requests requests) {
    this.requests = requests;
  }

  /** Reads bytes, as many as are at hand but at least one; the position is within the file. */
  abstract int read(long from, ByteBuffer destination) throws IOException;

  /** Returns what tells this file from a later one at the same address. */
  public abstract FileVersion version();

  /** Returns how many bytes were read from the network. */
  public long bytesRead() {
    return requests.bytesRead();
  }

  /** Returns the commit of the hub's repository, nothing where the file is in none. */
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
