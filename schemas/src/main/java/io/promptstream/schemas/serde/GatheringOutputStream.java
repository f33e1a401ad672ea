package io.promptstream.schemas.serde;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Collects the output of an encoder and copies it once, into an array of exact size. Until then it
 * keeps references to large pieces, such as embeddings, which must not change.
 */
final class GatheringOutputStream extends OutputStream {
  private static final int LARGE = 512;

  private final List<Piece> large = new ArrayList<>(1);
  private byte[] small = new byte[LARGE];
  private int smallSize;
  private int size;

  /**
   * A large piece of the output.
   *
   * @param position number of small bytes before it
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Piece(int position, byte[] bytes, int offset, int length) {}

  @Override
  public void write(int value) {
    grow(1);
    small[smallSize++] = (byte) value;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (length < LARGE) {
      grow(length);
      System.arraycopy(bytes, offset, small, smallSize, length);
      smallSize += length;
    } else {
      size = Math.addExact(size, length);
      large.add(new Piece(smallSize, bytes, offset, length));
    }
  }

  private void grow(int length) {
    size = Math.addExact(size, length);
    if (small.length - smallSize < length) {
      small = Arrays.copyOf(small, Math.max(2 * small.length, smallSize + length));
    }
  }

  byte[] toByteArray() {
    byte[] all = new byte[size];
    int from = 0;
    int to = 0;
    for (Piece piece : large) {
      int between = piece.position() - from;
      System.arraycopy(small, from, all, to, between);
      System.arraycopy(piece.bytes(), piece.offset(), all, to + between, piece.length());
      from = piece.position();
      to += between + piece.length();
    }
    System.arraycopy(small, from, all, to, smallSize - from);
    return all;
  }
}
