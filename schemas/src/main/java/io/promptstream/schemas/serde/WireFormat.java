package io.promptstream.schemas.serde;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Confluent's wire format: a zero byte, the schema's id as four big-endian bytes, the Avro datum.
 *
 * @see <a
 *     href="https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format">Wire
 *     format</a>
 */
final class WireFormat {
  private static final byte MAGIC = 0;
  private static final int HEADER_BYTES = 1 + Integer.BYTES;

  private WireFormat() {}

  /**
   * Returns the schema id in a record's header.
   *
   * @throws UndecodableRecordException if there is no valid header
   */
  static int schemaId(byte[] data) {
    if (data.length == 0) {
      throw new UndecodableRecordException(
          "Record is empty, where a schema id and Avro data were expected.");
    }
    if (data[0] != MAGIC) {
      throw new UndecodableRecordException(
          "Record of %d bytes does not start with the zero byte of Confluent's wire format."
              .formatted(data.length));
    }
    if (data.length < HEADER_BYTES) {
      throw new UndecodableRecordException(
          "Record of %d bytes is shorter than the %d bytes of Confluent's wire format header."
              .formatted(data.length, HEADER_BYTES));
    }
    int id = ByteBuffer.wrap(data).getInt(1);
    if (id < 0) {
      throw new UndecodableRecordException(
          "Record of %d bytes has schema id %d, which is negative.".formatted(data.length, id));
    }
    return id;
  }

  /** Returns the header of a record. */
  static byte[] header(byte[] data) {
    return Arrays.copyOf(data, HEADER_BYTES);
  }

  /**
   * Writes a record: first to nowhere, which tells its size, then where it stays, so that the bytes
   * of an embedding are copied once.
   *
   * @throws SerializationException if a field lacks a value
   */
  static byte[] write(byte[] header, SpecificRecordBase datum) {
    try {
      CountingStream counter = new CountingStream();
      datum.customEncode(encoder(counter));
      byte[] bytes = Arrays.copyOf(header, Math.addExact(header.length, counter.size));
      datum.customEncode(encoder(new ArrayStream(bytes, header.length)));
      return bytes;
    } catch (IOException | RuntimeException e) {
      throw new SerializationException("Error serializing Avro message", e);
    }
  }

  /** One without a buffer of its own. */
  private static Encoder encoder(OutputStream out) {
    return EncoderFactory.get().directBinaryEncoder(out, null);
  }

  /** Counts what is written to it. */
  private static final class CountingStream extends OutputStream {
    int size;

    @Override
    public void write(int value) {
      size = Math.addExact(size, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      size = Math.addExact(size, length);
    }
  }

  /** Writes to an array that has room for all of it. */
  private static final class ArrayStream extends OutputStream {
    private final byte[] bytes;
    private int position;

    ArrayStream(byte[] bytes, int position) {
      this.bytes = bytes;
      this.position = position;
    }

    @Override
    public void write(int value) {
      bytes[position++] = (byte) value;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      System.arraycopy(source, offset, bytes, position, length);
      position += length;
    }
  }
}
