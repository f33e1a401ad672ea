package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads a file from a server that supports ranges. A small read fetches and caches a block of 64
 * KiB, because a directory is read in small steps and a prompt encoder's tensors are adjacent.
 */
final class RangedFile extends RemoteFile {
  static final int BLOCK = 64 << 10;
  private static final int MAX_BLOCKS = 64;
  private static final int CHUNK = 16 << 10;

  /**
   * Maximum bytes per read, so that a claimed length does not allocate memory before the bytes
   * arrive.
   */
  private static final int MAX_READ = 1 << 20;

  private final TreeMap<Long, byte[]> blocks = new TreeMap<>();

  /** Creates a file from the response to a request for its first block. */
  RangedFile(Requests requests, WebResponse response) throws IOException {
    super(requests, response.version(response.contentRange().size()));
    // An empty file has no first byte, so the server answers 416.
    ByteBuffer start = ByteBuffer.allocate((int) Math.min(BLOCK, size()));
    if (start.hasRemaining()) {
      take(response, 0, start);
    }
    blocks.put(0L, Arrays.copyOf(start.array(), start.position()));
  }

  @Override
  public long size() {
    return version.size();
  }

  @Override
  int read(long from, ByteBuffer destination) throws IOException {
    Map.Entry<Long, byte[]> block = blocks.floorEntry(from);
    if (block == null || from >= end(block)) {
      int wanted = Math.min(destination.remaining(), MAX_READ);
      int uncached = (int) Math.min(wanted, endOfGap(from) - from);
      if (uncached > BLOCK) {
        // A read of this size is the pickle or the header, which is read only once.
        destination.put(fetch(from, uncached));
        return uncached;
      }
      block = load(from);
    }
    int offset = (int) (from - block.getKey());
    int count = Math.min(destination.remaining(), block.getValue().length - offset);
    destination.put(block.getValue(), offset, count);
    return count;
  }

  private Map.Entry<Long, byte[]> load(long from) throws IOException {
    long end = Math.min(endOfGap(from), from + BLOCK);
    long start = from;
    if (end == size()) {
      // The last block extends backwards, because the directory of a zip is at the end.
      Map.Entry<Long, byte[]> before = blocks.floorEntry(from);
      start = Math.max(before == null ? 0 : end(before), end - BLOCK);
    }
    byte[] bytes = fetch(start, (int) (end - start));
    if (blocks.size() == MAX_BLOCKS) {
      blocks.clear();
    }
    blocks.put(start, bytes);
    return Map.entry(start, bytes);
  }

  /** Returns the end of the uncached gap that contains a position. */
  private long endOfGap(long position) {
    Long next = blocks.higherKey(position);
    return next == null ? size() : next;
  }

  private static long end(Map.Entry<Long, byte[]> block) {
    return block.getKey() + block.getValue().length;
  }

  /** Fetches a range; after a broken connection, it continues after the last byte received. */
  private byte[] fetch(long from, int length) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(length);
    Retries retries = new Retries(requests.options());
    while (target.hasRemaining()) {
      long first = from + target.position();
      String range = first + "-" + (from + length - 1);
      try (WebResponse response = requests.get(range, Optional.of(version))) {
        take(response, first, target);
        if (target.hasRemaining()) {
          throw WebException.transientFailure("the server sent only part of the range", null);
        }
      } catch (WebException e) {
        retries.pause(e, requests.bytesRead());
      }
    }
    return target.array();
  }

  private void take(WebResponse response, long first, ByteBuffer target) throws IOException {
    long left = requireRange(response, first, target.remaining()).length();
    byte[] chunk = new byte[CHUNK];
    while (left > 0) {
      int count = requests.read(response, chunk, (int) Math.min(left, CHUNK), size(), false);
      if (count < 0) {
        throw WebException.transientFailure(
            "the server stopped %d bytes before the end of the range".formatted(left), null);
      }
      target.put(chunk, 0, count);
      left -= count;
    }
    // Reading to the end also makes the connection reusable.
    if (requests.read(response, chunk, 1, size(), false) >= 0) {
      throw new WebException("the server sends more bytes than it announces (Content-Range '%s')"
          .formatted(ServerText.of(response.header("Content-Range"))));
    }
  }

  private ContentRange requireRange(WebResponse response, long first, int length)
      throws IOException {
    if (response.isBeyondTheEnd()) {
      throw new WebException("the server has no byte %d of the file, although it reported %d bytes"
          .formatted(first, size()));
    }
    if (response.isWholeFile()) {
      version.requireSame(response.version(response.length() < 0 ? size() : response.length()));
      throw WebException.transientFailure("the server no longer sends ranges of the file", null);
    }
    ContentRange range = response.contentRange();
    version.requireSame(response.version(range.size()));
    if (range.first() != first || range.length() > length) {
      throw new WebException("the server was asked for the bytes %d-%d and sends %d-%d"
          .formatted(first, first + length - 1, range.first(), range.last()));
    }
    if (response.length() >= 0 && response.length() != range.length()) {
      throw new WebException(
          "the server says that it sends %d bytes (Content-Length) and that they are %d-%d (Content-Range)"
              .formatted(response.length(), range.first(), range.last()));
    }
    return range;
  }
}
