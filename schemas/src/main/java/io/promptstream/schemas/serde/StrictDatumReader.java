package io.promptstream.schemas.serde;

import java.io.EOFException;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.Decoder;
import org.jspecify.annotations.Nullable;

/**
 * Reads a datum that ends where its bytes end, and throws {@link InvalidDatumException} for
 * anything else. Reading depends only on the bytes and the two schemas, so every failure is
 * permanent.
 */
final class StrictDatumReader implements DatumReader<Object> {
  private final DatumReader<?> reader;

  /**
   * @throws InvalidDatumException if the writer's schema is not of the same record as the reader's
   */
  StrictDatumReader(DatumReader<?> reader, Schema writerSchema, Schema readerSchema) {
    this.reader = reader;
    requireSameRecord(writerSchema, readerSchema);
  }

  // Against its specification, Avro resolves records by their fields and ignores their names: an
  // order with a prompt_id would be accepted as a prompt.
  private static void requireSameRecord(Schema writer, Schema reader) {
    if (writer.getType() != Schema.Type.RECORD) {
      throw new InvalidDatumException(
          "it was written as %s".formatted(writer.getType().getName()));
    }
    if (!writer.getName().equals(reader.getName())
        && !reader.getAliases().contains(writer.getFullName())) {
      throw new InvalidDatumException("it was written as " + writer.getFullName());
    }
  }

  @Override
  public void setSchema(Schema schema) {
    throw new UnsupportedOperationException("the writer's schema is fixed");
  }

  @Override
  public Object read(@Nullable Object reuse, Decoder in) {
    if (!(in instanceof BinaryDecoder binary)) {
      throw new IllegalArgumentException(
          "not a binary decoder: " + in.getClass().getName());
    }
    try {
      // Reuse would alias records that are still in flight.
      Object datum = reader.read(null, new BoundedDecoder(binary));
      int left = binary.remainingBytes();
      if (left != 0) {
        throw new InvalidDatumException("%d bytes follow the datum".formatted(left));
      }
      return datum;
    } catch (InvalidDatumException e) {
      throw e;
    } catch (EOFException e) {
      throw new InvalidDatumException("the data end before the datum does", e);
    } catch (StackOverflowError e) {
      // With a recursive writer's schema, every two bytes can claim another level. The cause is
      // left out: its thousand stack frames add nothing.
      throw new InvalidDatumException("it is nested too deeply");
    } catch (IOException | RuntimeException e) {
      throw new InvalidDatumException(
          e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(), e);
    }
  }
}
