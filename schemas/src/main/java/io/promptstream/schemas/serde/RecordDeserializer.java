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
 * Reads records of one generated class, whatever compatible schema they were written with. It maps
 * schema ids to readers, and tells a bad record from a registry that does not give its schema.
 *
 * <p>A schema is asked for once; going through the client's caches for each record costs more than
 * reading it. Where the registry chooses the reader's schema, Confluent's deserializer reads every
 * record.
 *
 * <p>Any number of threads may use it at once.
 */
public final class RecordDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  /** More than a topic has; whoever registers schemas must not decide how much is kept. */
  private static final int MAX_READERS = 1000;

  private final Class<T> type;
  private final Schema schema;
  private final StrictAvroDeserializer avro;
  private final boolean schemaIsTheWriters;
  private final Map<Written, StrictDatumReader> readers = new ConcurrentHashMap<>();

  /** What all records of a topic with one schema have in common. */
  private record Written(String topic, int schemaId) {}

  RecordDeserializer(Class<T> type, Schema schema, Map<String, ?> config) {
    this.type = type;
    this.schema = schema;
    this.avro = new StrictAvroDeserializer(config);
    schemaIsTheWriters = RegistrySettings.leaveTheSchemaToUs(config);
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
      // Confluent hands out the bytes of a schema of type bytes without asking a reader.
      if (!type.isInstance(datum)) {
        throw new InvalidDatumException("it was written as something else");
      }
      return type.cast(datum);
    } catch (RuntimeException e) {
      throw classified(e, "Record of %d bytes with schema id %d".formatted(data.length, schemaId));
    }
  }

  /**
   * Reads a record if the reader of its schema is known; never asks the registry.
   *
   * @return null if the reader is not known
   * @throws UndecodableRecordException if the record is bad
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

  /** Returns whether it keeps readers: not where the registry chooses the reader's schema. */
  public boolean keepsReaders() {
    return schemaIsTheWriters;
  }

  /**
   * Asks the registry for a schema, and keeps its reader, for {@link #deserializeKnown} to find.
   * Keeps nothing where the registry chooses the reader's schema, or beyond 1,000 readers.
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
   * Asks the registry for the ids of all schemas that are registered for a topic, as many as are
   * kept at most, the newest first.
   *
   * @throws org.apache.kafka.common.KafkaException if the registry cannot be reached, refuses or
   *     does not know the topic's subject
   */
  public List<Integer> registeredIds(String topic) {
    return avro.registeredIds(topic, schema, MAX_READERS);
  }

  /** Returns the reader of a schema, or null if the registry chooses the reader's schema. */
  private @Nullable StrictDatumReader lookUp(String topic, int schemaId) {
    if (!schemaIsTheWriters) {
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

  /** Returns what to throw: the exception itself, if the record is not to blame. */
  private RuntimeException classified(RuntimeException e, String what) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidDatumException invalid) {
        return new UndecodableRecordException(
            sentence(what, String.valueOf(invalid.getMessage())), invalid.getCause());
      }
    }
    return switch (LookupFailure.of(e)) {
      case UNKNOWN_SCHEMA ->
        new UnknownSchemaException(sentence(what, "the registry has no schema of this id"), e);
      case NOT_AVRO ->
        new UndecodableRecordException(
            sentence(what, "the schema of this id is not valid Avro"), e);
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
