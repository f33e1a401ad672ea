package io.promptstream.schemas.serde;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import io.promptstream.schemas.PromptEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** An in-memory registry for one test, and a foreign writer to it. */
final class Registry implements AutoCloseable {
  static final String TOPIC = "prompt-events";

  private final String scope = UUID.randomUUID().toString();

  Map<String, Object> config() {
    return Map.of(AbstractKafkaSchemaSerDeConfig.SCHEMA_REGISTRY_URL_CONFIG, "mock://" + scope);
  }

  SchemaRegistryClient client() {
    return MockSchemaRegistry.getClientForScope(scope);
  }

  int register(Schema schema) {
    try {
      return client().register(TOPIC + "-value", new AvroSchema(schema));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RestClientException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Registers the current schema of prompts and returns its id. */
  int registerPromptEvent() {
    return register(PromptEvent.getClassSchema());
  }

  /** Writes a record with the record's own schema, as another program would. */
  byte[] write(IndexedRecord datum) {
    return record(register(datum.getSchema()), avro(datum));
  }

  static byte[] record(int schemaId, byte[] datum) {
    return ByteBuffer.allocate(5 + datum.length)
        .put((byte) 0)
        .putInt(schemaId)
        .put(datum)
        .array();
  }

  static byte[] avro(IndexedRecord datum) {
    return avro(encoder -> new GenericDatumWriter<>(datum.getSchema()).write(datum, encoder));
  }

  static byte[] avro(Writing writing) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      writing.to(encoder);
      encoder.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    MockSchemaRegistry.dropScope(scope);
  }

  /** Writes a datum. */
  @FunctionalInterface
  interface Writing {
    void to(BinaryEncoder encoder) throws IOException;
  }
}
