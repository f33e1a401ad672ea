package io.promptstream.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.promptstream.schemas.PromptEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads a valid record with a registry that sends faulty responses over HTTP. */
class RegistryFailureTest {
  private static final byte[] GOOD = Registry.record(7, Registry.avro(Samples.prompt()));
  private static final String NOT_FOUND = "{\"error_code\": 40403, \"message\": \"not found\"}";

  private final HttpServer server;
  private final Serde<PromptEvent> serde;
  private volatile Answer answer = new Answer(200, "{}");
  private volatile String authorization = "";

  /** The registry's response to every request. */
  private record Answer(int status, String body) {}

  RegistryFailureTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    serde = AvroSerdes.promptEvent(config());
  }

  @BeforeEach
  void start() {
    server.createContext("/", exchange -> {
      authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
  }

  @AfterEach
  void stop() {
    serde.close();
    server.stop(0);
  }

  @Test
  void shouldReadWithTheRegistrysSchema() {
    answer = promptSchema();

    assertThat(read()).isEqualTo(Samples.prompt());
  }

  @Test
  void shouldCallARecordWithAnUnknownSchemaUndecodable() {
    answer = new Answer(404, NOT_FOUND);

    assertThatThrownBy(this::read)
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageContaining("schema id 7")
        .hasMessageEndingWith("the registry has no schema with this id.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"schemaType\": \"JSON\", \"schema\": \"{}\"}",
        "{\"schemaType\": \"PROTOBUF\", \"schema\": \"syntax = 'proto3';\"}",
        "{\"schema\": \"{\\\"type\\\": \\\"nonsense\\\"}\"}",
      })
  void shouldCallARecordWithANonAvroSchemaUndecodable(String schema) {
    answer = new Answer(200, schema);

    assertThatThrownBy(this::read)
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageEndingWith("the schema with this id is not valid Avro.");
  }

  @Test
  void shouldNotCallARecordUndecodableWhenAccessIsDenied() {
    answer = new Answer(401, "{\"error_code\": 40101, \"message\": \"who are you\"}");
    assertThatThrownBy(this::read).isInstanceOf(AuthenticationException.class);

    answer = new Answer(403, "{\"error_code\": 40301, \"message\": \"not you\"}");
    assertThatThrownBy(this::read).isInstanceOf(AuthorizationException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503, 504})
  void shouldNotCallARecordUndecodableWhenTheRegistryFails(int status) {
    answer = new Answer(status, "{\"error_code\": %d01, \"message\": \"no\"}".formatted(status));

    assertThatThrownBy(this::read).isInstanceOf(TimeoutException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404|<html>no such page</html>",
        "404|{\"error_code\": 404, \"message\": \"HTTP 404 Not Found\"}",
        "429|{\"error_code\": 42901, \"message\": \"too many\"}",
        "502|<html>bad gateway</html>",
        "200|<html>please sign in</html>",
        "200|{}",
        "422|{\"error_code\": 42201, \"message\": \"no\"}"
      })
  void shouldNotCallARecordUndecodableForAnUnexpectedResponse(int status, String body) {
    answer = new Answer(status, body);

    assertThatThrownBy(this::read)
        .isInstanceOf(KafkaException.class)
        .isNotInstanceOf(UndecodableRecordException.class);
  }

  @Test
  void shouldNotCallARecordUndecodableWhenTheRegistryIsDown() {
    server.stop(0);

    assertThatThrownBy(this::read)
        .isInstanceOf(SerializationException.class)
        .isNotInstanceOf(UndecodableRecordException.class);
  }

  @Test
  void shouldNotCallARecordUndecodableWhenAReferencedSchemaIsUnavailable() {
    server.createContext("/subjects", exchange -> {
      exchange.sendResponseHeaders(503, -1);
      exchange.close();
    });
    answer = new Answer(200, """
            {"schema": "{\\"type\\": \\"array\\", \\"items\\": \\"shop.Item\\"}",
             "references": [{"name": "shop.Item", "subject": "items", "version": 1}]}
            """);

    assertThatThrownBy(this::read)
        .isInstanceOf(SerializationException.class)
        .isNotInstanceOf(UndecodableRecordException.class);
  }

  @Test
  void shouldReadTheRecordWhenTheRegistryIsBack() {
    answer = new Answer(503, "{\"error_code\": 50301, \"message\": \"no\"}");
    assertThatThrownBy(this::read).isInstanceOf(TimeoutException.class);

    answer = promptSchema();

    assertThat(read()).isEqualTo(Samples.prompt());
  }

  @Test
  void shouldSendBasicCredentials() {
    answer = promptSchema();
    Map<String, Object> secured = config();
    secured.put("basic.auth.credentials.source", "USER_INFO");
    secured.put("basic.auth.user.info", "user:password");

    try (Serde<PromptEvent> other = AvroSerdes.promptEvent(secured)) {
      other.deserializer().deserialize(Registry.TOPIC, GOOD);
    }

    assertThat(authorization).isEqualTo("Basic dXNlcjpwYXNzd29yZA==");
  }

  @Test
  void shouldSendABearerToken() {
    answer = promptSchema();
    Map<String, Object> secured = config();
    secured.put("bearer.auth.credentials.source", "STATIC_TOKEN");
    secured.put("bearer.auth.token", "token");

    try (Serde<PromptEvent> other = AvroSerdes.promptEvent(secured)) {
      other.deserializer().deserialize(Registry.TOPIC, GOOD);
    }

    assertThat(authorization).isEqualTo("Bearer token");
  }

  private PromptEvent read() {
    return serde.deserializer().deserialize(Registry.TOPIC, GOOD);
  }

  private Map<String, Object> config() {
    Map<String, Object> config = new HashMap<>();
    config.put(
        "schema.registry.url",
        "http://%s:%d"
            .formatted(server.getAddress().getHostString(), server.getAddress().getPort()));
    config.put("max.retries", 0);
    return config;
  }

  private static Answer promptSchema() {
    String schema = PromptEvent.getClassSchema().toString();
    return new Answer(
        200, "{\"schema\": \"%s\"}".formatted(schema.replace("\\", "\\\\").replace("\"", "\\\"")));
  }
}
