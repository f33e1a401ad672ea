package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads a file from a server that supports ranges. A small read fetches and caches a block of 64
 * KiB, because a directory is read in small steps and a prompt encoder's tensors are adjacent.
 */
final class RangedFile extends RemoteFile {
  static final int BLOCK = 64 << 10;
  private static final int MAX_BLOCKS = 64;

  /**
   * Maximum bytes per read, so that a claimed length does not allocate memory before the bytes
   * arrive.
   */
  private static final int MAX_READ = 1 << 20;

  private final RangeReader reader;
  private final TreeMap<Long, byte[]> blocks = new TreeMap<>();

  RangedFile(Requests requests, RangeReader reader, byte[] start) {
    super(requests);
    this.reader = reader;
    blocks.put(0L, start);
  }

  @Override
  public FileVersion version() {
    return reader.version();
  }

  @Override
  public long size() {
    return reader.version().size();
  }

  @Override
  int read(long from, ByteBuffer destination) throws IOException {
    Map.Entry<Long, byte[]> block = blocks.floorEntry(from);
    if (block == null || from >= end(block)) {
      int wanted = Math.min(destination.remaining(), MAX_READ);
      int uncached = (int) Math.min(wanted, endOfGap(from) - from);
      if (uncached > BLOCK) {
        // A read of this size is the pickle or the header, which is read only once.
        destination.put(reader.read(from, uncached));
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
    byte[] bytes = reader.read(start, (int) (end - start));
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
}
