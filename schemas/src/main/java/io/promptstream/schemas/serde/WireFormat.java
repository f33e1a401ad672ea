package io.promptstream.schemas.serde;

import java.nio.ByteBuffer;

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
}
