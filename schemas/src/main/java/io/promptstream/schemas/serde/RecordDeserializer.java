package io.promptstream.schemas.serde;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of one generated class, written with any compatible schema. It caches a reader for
 * each schema id, and distinguishes an invalid record from a failure to get its schema.
 *
 * <p>Each schema is requested once, because going through the client's caches for each record costs
 * more than reading the record. If the registry chooses the reader's schema, Confluent's
 * deserializer reads every record.
 *
 * <p>Thread-safe.
 */
public final class RecordDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  /** More than a topic has. Limits the memory that a client can occupy by registering schemas. */
  private static final int MAX_READERS = 1000;

  private final Class<T> type;
  private final Schema schema;
  private final StrictAvroDeserializer avro;
  private final boolean usesWriterSchema;
  private final Map<Written, StrictDatumReader> readers = new ConcurrentHashMap<>();

  /** The key of a cached reader. */
  private record Written(String topic, int schemaId) {}

  RecordDeserializer(Class<T> type, Schema schema, Map<String, ?> config) {
    this.type = type;
    this.schema = schema;
    this.avro = new StrictAvroDeserializer(config);
    usesWriterSchema = RegistrySettings.leaveTheSchemaToUs(config);
  }

  /**
   * Returns the id of the schema that a record was written with.
   *
   * @throws UndecodableRecordException if the record has none
   */
  public static int schemaId(byte[] data) {
    return WireFormat.schemaId(data);
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
    T known = deserializeKnown(topic, data);
    if (known != null) {
      return known;
    }
    int schemaId = WireFormat.schemaId(data);
    try {
      StrictDatumReader reader = lookUp(topic, schemaId);
      Object datum =
          reader == null ? avro.deserialize(topic, headers, data, schema) : read(reader, data);
      // Confluent returns a datum of a schema of type bytes without using a reader.
      if (!type.isInstance(datum)) {
        throw new InvalidDatumException("it was written as another type");
      }
      return type.cast(datum);
    } catch (RuntimeException e) {
      throw classified(e, "Record of %d bytes with schema id %d".formatted(data.length, schemaId));
    }
  }

  /**
   * Reads a record if the reader of its schema is cached; never sends a request to the registry.
   *
   * @return null if the reader is not cached
   * @throws UndecodableRecordException if the record is invalid
   */
  public @Nullable T deserializeKnown(String topic, byte[] data) {
    int schemaId = WireFormat.schemaId(data);
    StrictDatumReader reader = readers.get(new Written(topic, schemaId));
    if (reader == null) {
      return null;
    }
    try {
      return type.cast(read(reader, data));
    } catch (InvalidDatumException e) {
      throw classified(e, "Record of %d bytes with schema id %d".formatted(data.length, schemaId));
    }
  }

  /** Returns whether readers are cached: false if the registry chooses the reader's schema. */
  public boolean keepsReaders() {
    return usesWriterSchema;
  }

  /**
   * Requests a schema from the registry and caches its reader for {@link #deserializeKnown}. Caches
   * nothing if the registry chooses the reader's schema, or beyond 1,000 readers.
   *
   * @throws UnknownSchemaException if the registry does not know the schema
   * @throws UndecodableRecordException if no record of the schema can be read
   * @throws org.apache.kafka.common.KafkaException if the registry cannot be reached, denies access
   *     or fails, see {@link LookupFailure}
   */
  public void learn(String topic, int schemaId) {
    try {
      lookUp(topic, schemaId);
    } catch (RuntimeException e) {
      throw classified(e, "Schema id " + schemaId);
    }
  }

  /**
   * Requests the ids of the schemas that are registered for a topic, newest first; at most 1,000,
   * as many as are cached.
   *
   * @throws org.apache.kafka.common.KafkaException if the registry cannot be reached, denies
   *     access, or does not know the topic's subject
   */
  public List<Integer> registeredIds(String topic) {
    return avro.registeredIds(topic, schema, MAX_READERS);
  }

  /** Returns the reader of a schema, or null if the registry chooses the reader's schema. */
  private @Nullable StrictDatumReader lookUp(String topic, int schemaId) {
    if (!usesWriterSchema) {
      return null;
    }
    AvroSchema writer = avro.writerSchema(topic, schemaId);
    StrictDatumReader reader;
    try {
      reader = avro.getDatumReader(writer.rawSchema(), schema);
    } catch (ExecutionException e) {
      throw new SerializationException("No reader for schema id " + schemaId, e);
    }
    if (readers.size() < MAX_READERS) {
      readers.put(new Written(topic, schemaId), reader);
    }
    return reader;
  }

  private static Object read(StrictDatumReader reader, byte[] data) {
    int start = WireFormat.HEADER_BYTES;
    return reader.read(
        null, DecoderFactory.get().binaryDecoder(data, start, data.length - start, null));
  }

  /** Returns the exception to throw: {@code e} itself if the record is not the cause. */
  private RuntimeException classified(RuntimeException e, String what) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidDatumException invalid) {
        return new UndecodableRecordException(
            sentence(what, String.valueOf(invalid.getMessage())), invalid.getCause());
      }
    }
    return switch (LookupFailure.of(e)) {
      case UNKNOWN_SCHEMA ->
        new UnknownSchemaException(sentence(what, "the registry has no schema with this id"), e);
      case NOT_AVRO ->
        new UndecodableRecordException(
            sentence(what, "the schema with this id is not valid Avro"), e);
      case TRANSIENT, LASTING -> e;
    };
  }

  private String sentence(String what, String reason) {
    return "%s is not a valid %s: %s.".formatted(what, type.getSimpleName(), reason);
  }

  @Override
  public void close() {
    avro.close();
  }
}
