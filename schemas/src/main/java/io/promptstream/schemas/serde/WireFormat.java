package io.promptstream.schemas.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
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
  static final int HEADER_BYTES = 1 + Integer.BYTES;

  /** Lets the generated classes write their fields, which is several times faster. */
  private static final SpecificData GENERATED_CODERS = new SpecificData();

  static {
    GENERATED_CODERS.setCustomCoders(true);
  }

  private WireFormat() {}

  /**
   * Returns the schema id in a record's header.
   *
   * @throws UndecodableRecordException if there is no valid header
   */
  static int schemaId(byte[] data) {
    if (data.length == 0) {
      throw new UndecodableRecordException("Record is empty, expected a schema id and Avro data.");
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
   * Writes a record.
   *
   * @param header the header of a record with the same schema
   * @throws SerializationException if a field has no value
   */
  static byte[] write(byte[] header, SpecificRecordBase datum) {
    GatheringOutputStream gathered = new GatheringOutputStream();
    gathered.write(header, 0, header.length);
    try {
      // The direct encoder has no buffer.
      new SpecificDatumWriter<>(datum.getSchema(), GENERATED_CODERS)
          .write(datum, EncoderFactory.get().directBinaryEncoder(gathered, null));
    } catch (IOException | RuntimeException e) {
      throw new SerializationException("Error serializing Avro message", e);
    }
    return gathered.toByteArray();
  }
}
