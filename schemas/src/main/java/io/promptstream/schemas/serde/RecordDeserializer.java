package io.promptstream.schemas.serde;

import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of one generated class, whatever compatible schema they were written with, and
 * tells bad records from bad times.
 */
final class RecordDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  private final Class<T> type;
  private final Schema schema;
  private final StrictAvroDeserializer avro;

  RecordDeserializer(Class<T> type, Schema schema, Map<String, ?> config) {
    this.type = type;
    this.schema = schema;
    this.avro = new StrictAvroDeserializer(config);
  }

  @Override
  public @Nullable T deserialize(String topic, byte @Nullable [] data) {
    return deserialize(topic, new RecordHeaders(), data);
  }

  @Override
  public @Nullable T deserialize(String topic, Headers headers, byte @Nullable [] data) {
    if (data == null) {
      return null;
    }
    int schemaId = WireFormat.schemaId(data);
    Object datum;
    try {
      datum = avro.read(topic, headers, data, schemaId, schema);
    } catch (RuntimeException e) {
      throw classified(e, schemaId, data.length);
    }
    // Confluent hands out the bytes of a schema of type bytes without asking a reader.
    if (!type.isInstance(datum)) {
      throw undecodable(schemaId, data.length, "it was written as something else", null);
    }
    return type.cast(datum);
  }

  private RuntimeException classified(RuntimeException e, int schemaId, int size) {
    if (e.getCause() instanceof InvalidDatumException invalid) {
      return undecodable(schemaId, size, String.valueOf(invalid.getMessage()), invalid.getCause());
    }
    return LookupFailure.lasting(e.getCause())
        .<RuntimeException>map(reason -> undecodable(schemaId, size, reason, e.getCause()))
        .orElse(e);
  }

  private UndecodableRecordException undecodable(
      int schemaId, int size, String reason, @Nullable Throwable cause) {
    return new UndecodableRecordException(
        "Record of %d bytes with schema id %d is not a valid %s: %s."
            .formatted(size, schemaId, type.getSimpleName(), reason),
        cause);
  }

  @Override
  public void close() {
    avro.close();
  }
}
