package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * A file of which a server sends ranges. A small read takes a block of 64 KiB, which is kept: a
 * directory is read in small steps, and a prompt encoder's tensors lie side by side.
 */
final class RangedFile extends RemoteFile {
  static final int BLOCK = 64 << 10;
  private static final int MAX_BLOCKS = 64;

  /** What a file claims to be long is not given memory before its bytes come. */
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
      int unknown = (int) Math.min(wanted, endOfGap(from) - from);
      if (unknown > BLOCK) {
        // So much at once is the pickle or the header, which is read only once.
        destination.put(reader.read(from, unknown));
        return unknown;
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
      // The end of a file is read backwards: a zip has its directory there.
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

  /** Returns where the gap ends that a position lies in. */
  private long endOfGap(long position) {
    Long next = blocks.higherKey(position);
    return next == null ? size() : next;
  }

  private static long end(Map.Entry<Long, byte[]> block) {
    return block.getKey() + block.getValue().length;
  }
}
