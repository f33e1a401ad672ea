package io.promptstream.workbench.fuzz;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import io.promptstream.schemas.PromptAction;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;

/** Registers the fuzzer's schemas in Confluent's mock registry. */
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
    // The mock registry accepts only Avro; the id for the JSON schema is unknown to it.
    ids = new SchemaIds(
        avro,
        SchemaIds.FIRST_UNKNOWN - 1,
        MockSchemaRegistry.getClientForScope(scope)
            .register("fuzz-actions", new AvroSchema(PromptAction.getClassSchema())));
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
