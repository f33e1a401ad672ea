package io.promptstream.schemas.serde;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroDeserializerConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Confluent's deserializer with {@link StrictDatumReader}s: what is wrong with the data arrives as
 * the {@link InvalidDatumException} that caused its {@code SerializationException}.
 *
 * <p>It reads the first record of a topic that has a schema; those after it have the same reader,
 * so they are spared the way through the client's caches, which costs more than reading them. Where
 * the registry chooses the reader's schema, it reads every one.
 */
final class StrictAvroDeserializer extends KafkaAvroDeserializer {
  /** What the record that this thread is reading was read with. */
  private static final ThreadLocal<@Nullable StrictDatumReader> USED = new ThreadLocal<>();

  /** More than a topic has; whoever registers schemas must not decide how much is kept. */
  private static final int MAX_READERS = 1000;

  private final Map<Written, StrictDatumReader> readers = new ConcurrentHashMap<>();
  private final boolean schemaIsTheWriters;

  /** What all records of a topic with one schema have in common. */
  private record Written(String topic, int schemaId) {}

  StrictAvroDeserializer(Map<String, ?> config) {
    Map<String, Object> specific = new HashMap<>(config);
    specific.put(KafkaAvroDeserializerConfig.SPECIFIC_AVRO_READER_CONFIG, true);
    configure(specific, false);
    schemaIsTheWriters = RegistrySettings.leaveTheSchemaToUs(config);
  }

  /**
   * Reads a record whose header has been checked.
   *
   * @param schemaId in its header
   * @param schema of the reader
   */
  Object read(String topic, Headers headers, byte[] data, int schemaId, Schema schema) {
    Written written = new Written(topic, schemaId);
    StrictDatumReader known = readers.get(written);
    if (known != null) {
      return read(known, data);
    }
    try {
      Object datum = deserialize(topic, headers, data, schema);
      StrictDatumReader used = USED.get();
      if (schemaIsTheWriters && used != null && readers.size() < MAX_READERS) {
        readers.put(written, used);
      }
      return datum;
    } finally {
      USED.remove();
    }
  }

  private static Object read(StrictDatumReader reader, byte[] data) {
    int start = WireFormat.HEADER_BYTES;
    try {
      return reader.read(
          null, DecoderFactory.get().binaryDecoder(data, start, data.length - start, null));
    } catch (InvalidDatumException e) {
      throw new SerializationException("Error deserializing Avro message", e);
    }
  }

  @Override
  protected DatumReader<?> getDatumReader(Schema writer, Schema reader) throws ExecutionException {
    StrictDatumReader strict =
        new StrictDatumReader(super.getDatumReader(writer, reader), writer, reader);
    USED.set(strict);
    return strict;
  }
}
