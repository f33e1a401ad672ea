package io.promptstream.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.registry.SharedSerdes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaCheckTest {
  private static PromptStreamConfig config(String registry, String... namesAndValues) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", "broker:9092");
    settings.put("schema.registry.url", registry);
    settings.put("promptstream.checkpoint", "seed:1");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return PromptStreamConfig.of(settings);
  }

  private static void check(PromptStreamConfig config) {
    check(config, Duration.ZERO);
  }

  private static void check(PromptStreamConfig config, Duration patience) {
    try (SharedSerdes serdes = SharedSerdes.of(config)) {
      new SchemaCheck(config, serdes).run(patience);
    }
  }

  @Test
  void shouldRegisterTheSchemasOfAllFourTopics(TestInfo test) throws Exception {
    String scope = test.getDisplayName();

    check(config("mock://" + scope));

    assertThat(MockSchemaRegistry.getClientForScope(scope).getAllSubjects())
        .containsExactlyInAnyOrder(
            "prompt-events-value",
            "sparse-embeddings-value",
            "dense-embeddings-value",
            "prompt-encoder-models-value");
  }

  @Test
  void shouldFindExistingSchemasWithoutRegisteringThem(TestInfo test) throws Exception {
    String registry = "mock://" + test.getDisplayName();
    check(config(registry));
    SchemaRegistryClient client = MockSchemaRegistry.getClientForScope(test.getDisplayName());

    check(config(registry, "auto.register.schemas", "false"));

    assertThat(client.getAllVersions("dense-embeddings-value")).hasSize(1);
  }

  @Test
  void shouldNameAMissingSubjectIfRegistrationIsDisabled(TestInfo test) {
    PromptStreamConfig config =
        config("mock://" + test.getDisplayName(), "auto.register.schemas", "false");

    assertThatThrownBy(() -> check(config))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("subject prompt-events-value");
  }

  @ParameterizedTest
  @CsvSource({
    "401, does not allow us to use subject prompt-events-value",
    "409, 'has another schema under subject prompt-events-value, and ours is not compatible'",
    "500, refuses subject prompt-events-value"
  })
  void shouldNameTheSubjectThatTheRegistryRefuses(int status, String what) throws IOException {
    HttpServer registry = registry(status);
    try {
      String address = "127.0.0.1:" + registry.getAddress().getPort();
      PromptStreamConfig config = config("http://me:secret@" + address, "max.retries", "0");

      assertThatThrownBy(() -> check(config))
          .isInstanceOf(StartupException.class)
          .hasMessageStartingWith("The schema registry at http://%s %s", address, what)
          .hasMessageContaining("said the registry")
          .hasMessageNotContaining("secret");
    } finally {
      registry.stop(0);
    }
  }

  @Test
  void shouldRetryUntilTheRegistryAnswersAndFailAtOnceWhenItRefuses() throws IOException {
    AtomicInteger requests = new AtomicInteger();
    HttpServer registry = registry(() -> requests.incrementAndGet() < 3 ? 503 : 409);
    try {
      String address = "http://127.0.0.1:" + registry.getAddress().getPort();
      PromptStreamConfig config = config(address, "max.retries", "0");

      assertThatThrownBy(() -> check(config, Duration.ofMinutes(5)))
          .isInstanceOf(StartupException.class)
          .hasMessageContaining("has another schema under subject prompt-events-value");
      assertThat(requests).hasValue(3);
    } finally {
      registry.stop(0);
    }
  }

  @Test
  void shouldNotRetryWhenTheRegistryRefuses() throws IOException {
    AtomicInteger requests = new AtomicInteger();
    HttpServer registry = registry(() -> {
      requests.incrementAndGet();
      return 401;
    });
    try {
      String address = "http://127.0.0.1:" + registry.getAddress().getPort();

      assertThatThrownBy(() -> check(config(address), Duration.ofMinutes(5)))
          .hasMessageContaining("does not allow us to use subject prompt-events-value");
      assertThat(requests).hasValue(1);
    } finally {
      registry.stop(0);
    }
  }

  @Test
  void shouldReportThatAServerInFrontOfTheRegistryRefusesUs() throws IOException {
    HttpServer proxy = server(() -> 401, status -> "<html>Unauthorized</html>");
    try {
      PromptStreamConfig config =
          config("http://me:secret@127.0.0.1:" + proxy.getAddress().getPort(), "max.retries", "0");

      assertThatThrownBy(() -> check(config, Duration.ZERO))
          .isInstanceOf(StartupException.class)
          .hasMessageContaining("does not allow us to use subject prompt-events-value")
          .hasMessageContaining("basic.auth.user.info")
          .hasMessageNotContaining("secret");
    } finally {
      proxy.stop(0);
    }
  }

  @Test
  void shouldNameAMissingTruststoreOfTheRegistryClient() {
    PromptStreamConfig config = config(
        "https://127.0.0.1:1", "schema.registry.ssl.truststore.location", "/nowhere/trust.p12");

    assertThatThrownBy(() -> PromptStreamApplication.serdes(config))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith(
            "The client settings for the schema registry at https://127.0.0.1:1 are invalid")
        .hasMessageContaining("/nowhere/trust.p12");
  }

  private static HttpServer registry(int status) throws IOException {
    return registry(() -> status);
  }

  private static HttpServer registry(IntSupplier nextStatus) throws IOException {
    return server(
        nextStatus,
        status -> "{\"error_code\":%d,\"message\":\"said the\\n registry\"}".formatted(status));
  }

  private static HttpServer server(IntSupplier nextStatus, IntFunction<String> answer)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      int status = nextStatus.getAsInt();
      byte[] body = answer.apply(status).getBytes(StandardCharsets.UTF_8);
      try (exchange) {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
      }
    });
    server.start();
    return server;
  }

  @Test
  void shouldNameARegistryThatDoesNotAnswerWithoutItsCredentials() {
    // Nothing listens on port 1.
    PromptStreamConfig config = config(
        "http://me:secret@127.0.0.1:1", "max.retries", "0", "http.connect.timeout.ms", "500");

    assertThatThrownBy(() -> check(config))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith(
            "The schema registry at http://127.0.0.1:1 does not answer for subject"
                + " prompt-events-value")
        .hasMessageNotContaining("secret");
  }
}
