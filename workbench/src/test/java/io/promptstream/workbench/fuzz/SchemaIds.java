package io.promptstream.workbench.fuzz;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promptstream.schemas.PromptAction;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Registry ids of the {@link ForeignSchema}s and of a JSON schema.
 *
 * @param avro the id of each schema
 * @param json the id of a JSON schema
 * @param actions the id of the schema of actions
 */
record SchemaIds(Map<ForeignSchema, Integer> avro, int json, int actions) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

  private static final String ANY_OBJECT =
      "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"type\": \"object\"}";

  /** Ids from here on are far above those that the registry assigns. */
  static final int FIRST_UNKNOWN = 1_000_000_000;

  SchemaIds {
    avro = Map.copyOf(avro);
  }

  /**
   * Registers all schemas, ours under the input topic's subject, the others under their own.
   *
   * @throws IOException if the registry rejects one
   */
  static SchemaIds register(String registryUrl, String inputTopic)
      throws IOException, InterruptedException {
    Map<ForeignSchema, Integer> ids = new EnumMap<>(ForeignSchema.class);
    for (ForeignSchema schema : ForeignSchema.values()) {
      boolean ours = schema == ForeignSchema.PROMPT_EVENT_WITHOUT_MODEL
          || schema == ForeignSchema.PROMPT_EVENT;
      String subject = ours ? inputTopic + "-value" : subject(schema.name());
      ids.put(schema, register(registryUrl, subject, "AVRO", schema.schema().toString()));
    }
    String actions = PromptAction.getClassSchema().toString();
    return new SchemaIds(
        ids,
        register(registryUrl, subject("json"), "JSON", ANY_OBJECT),
        register(registryUrl, subject("actions"), "AVRO", actions));
  }

  private static String subject(String name) {
    return "fuzz-" + name.toLowerCase(Locale.ROOT) + "-value";
  }

  private static int register(String registryUrl, String subject, String type, String schema)
      throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode().put("schemaType", type).put("schema", schema);
    HttpRequest request = HttpRequest.newBuilder(
            URI.create(registryUrl + "/subjects/" + subject + "/versions"))
        .header("Content-Type", CONTENT_TYPE)
        .POST(BodyPublishers.ofString(body.toString()))
        .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    JsonNode id = JSON.readTree(response.body()).path("id");
    if (response.statusCode() != 200 || !id.isInt()) {
      throw new IOException("the registry answered %d to schema %s: %s"
          .formatted(response.statusCode(), subject, response.body()));
    }
    return id.asInt();
  }

  int of(ForeignSchema schema) {
    return requireNonNull(avro.get(schema));
  }

  /** Returns the Avro schema with this id. */
  Optional<ForeignSchema> named(int id) {
    return avro.entrySet().stream()
        .filter(entry -> entry.getValue() == id)
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
