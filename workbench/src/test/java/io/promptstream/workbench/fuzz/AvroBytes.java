package io.promptstream.workbench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Builds an event's value by hand, including invalid ones that no serializer writes: Confluent's
 * header and Avro's primitive encodings, in any order and with any lengths.
 */
final class AvroBytes {
  static final int HEADER_BYTES = 1 + Integer.BYTES;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(bytes, null);

  /** Begins a value with Confluent's header and this schema id. */
  static AvroBytes of(int schemaId) {
    return new AvroBytes()
        .raw(ByteBuffer.allocate(HEADER_BYTES).put((byte) 0).putInt(schemaId).array());
  }

  /** Returns a record in Confluent's format. */
  static byte[] of(int schemaId, IndexedRecord datum) {
    AvroBytes wire = of(schemaId);
    wire.write(out -> new GenericDatumWriter<>(datum.getSchema()).write(datum, out));
    return wire.toBytes();
  }

  /** Writes a number: an int, a long, a length, a count, or the index of a branch or a symbol. */
  AvroBytes number(long number) {
    return write(out -> out.writeLong(number));
  }

  AvroBytes text(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    return number(utf8.length).raw(utf8);
  }

  AvroBytes real(double real) {
    return write(out -> out.writeDouble(real));
  }

  AvroBytes shortReal(float real) {
    return write(out -> out.writeFloat(real));
  }

  AvroBytes raw(byte... raw) {
    bytes.writeBytes(raw);
    return this;
  }

  /** Writes the two ids of a prompt. */
  AvroBytes ids(String promptId, String imageId) {
    return text(promptId).text(imageId);
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  private AvroBytes write(WriteAction writing) {
    try {
      writing.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  @FunctionalInterface
  private interface WriteAction {
    void to(BinaryEncoder out) throws IOException;
  }
}
