package io.promptstream.workbench.fuzz;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;

/** The schemas of the fuzzer in a registry of Confluent's in memory. */
final class MockIds implements AutoCloseable {
  private final String scope = UUID.randomUUID().toString();
  private final SchemaIds ids;

  MockIds() throws IOException, RestClientException {
    Map<ForeignSchema, Integer> avro = new EnumMap<>(ForeignSchema.class);
    for (ForeignSchema schema : ForeignSchema.values()) {
      avro.put(
          schema,
          MockSchemaRegistry.getClientForScope(scope)
              .register("fuzz-" + schema, new AvroSchema(schema.schema())));
    }
    // It takes Avro alone; what stands for JSON is unknown here.
    ids = new SchemaIds(avro, SchemaIds.FIRST_UNKNOWN - 1);
  }

  SchemaIds ids() {
    return ids;
  }

  String url() {
    return "mock://" + scope;
  }

  @Override
  public void close() {
    MockSchemaRegistry.dropScope(scope);
  }
}
