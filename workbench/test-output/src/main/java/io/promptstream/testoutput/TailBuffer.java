package io.promptstream.testoutput;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** Keeps the last 1 MiB of output; thread-safe. */
final class TailBuffer extends OutputStream {
  static final int CAPACITY = 1 << 20;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Override
  public synchronized void write(int value) {
    bytes.write(value);
    trim();
  }

  @Override
  public synchronized void write(byte[] source, int offset, int length) {
    bytes.write(source, offset, length);
    trim();
  }

  /** Lets the buffer grow to twice its capacity, so that most writes copy nothing. */
  private void trim() {
    if (bytes.size() > 2 * CAPACITY) {
      byte[] tail = tail();
      bytes.reset();
      bytes.write(tail, 0, tail.length);
    }
  }

  private byte[] tail() {
    byte[] all = bytes.toByteArray();
    return Arrays.copyOfRange(all, Math.max(0, all.length - CAPACITY), all.length);
  }

  /** Returns the last bytes as text and empties the buffer. */
  synchronized String drain() {
    String text = new String(tail(), UTF_8);
    bytes.reset();
    return text;
  }
}
