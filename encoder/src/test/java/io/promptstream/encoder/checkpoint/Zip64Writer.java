package io.promptstream.encoder.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Writes a zip64 archive of stored entries, some of which can be holes; checksums are 0. */
final class Zip64Writer {
  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int ZIP64_END = 0x06064b50;
  private static final int ZIP64_LOCATOR = 0x07064b50;
  private static final int END = 0x06054b50;

  private final SeekableByteChannel out;
  private final List<Entry> entries = new ArrayList<>();

  Zip64Writer(SeekableByteChannel out) {
    this.out = out;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Entry(byte[] name, long offset, long size) {}

  /** Writes an entry of zeros that takes no disk space. */
  Zip64Writer hole(String name, long size) throws IOException {
    begin(name, size);
    out.position(out.position() + size);
    return this;
  }

  /** Writes the entries of another zip and ends the archive. */
  void copy(byte[] zip) throws IOException {
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        byte[] content = in.readAllBytes();
        begin(entry.getName(), content.length);
        out.write(ByteBuffer.wrap(content));
      }
    }
    end();
  }

  private void begin(String name, long size) throws IOException {
    Entry entry = new Entry(name.getBytes(UTF_8), out.position(), size);
    entries.add(entry);
    ByteBuffer header = buffer().putInt(LOCAL_HEADER).putShort((short) 45);
    header.position(18);
    header.putInt(-1).putInt(-1).putShort((short) entry.name().length).putShort((short) 20);
    header
        .put(entry.name())
        .putShort((short) 1)
        .putShort((short) 16)
        .putLong(size)
        .putLong(size);
    write(header);
  }

  private void end() throws IOException {
    long start = out.position();
    for (Entry entry : entries) {
      ByteBuffer header = buffer().putInt(CENTRAL_HEADER).putShort((short) 45).putShort((short) 45);
      header.position(20);
      header.putInt(-1).putInt(-1).putShort((short) entry.name().length).putShort((short) 28);
      header.position(42);
      header.putInt(-1).put(entry.name()).putShort((short) 1).putShort((short) 24);
      header.putLong(entry.size()).putLong(entry.size()).putLong(entry.offset());
      write(header);
    }
    long end = out.position();
    ByteBuffer record = buffer().putInt(ZIP64_END).putLong(44).putShort((short) 45);
    record.putShort((short) 45).putInt(0).putInt(0);
    record.putLong(entries.size()).putLong(entries.size()).putLong(end - start).putLong(start);
    record.putInt(ZIP64_LOCATOR).putInt(0).putLong(end).putInt(1);
    record.putInt(END).putInt(0).putInt(-1).putInt(-1).putInt(-1).putShort((short) 0);
    write(record);
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void write(ByteBuffer buffer) throws IOException {
    out.write(buffer.flip());
  }
}
