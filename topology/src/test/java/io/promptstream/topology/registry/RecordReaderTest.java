package io.promptstream.topology.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.serde.TrustedRecords;
import io.promptstream.schemas.serde.UndecodableRecordException;
import io.promptstream.schemas.serde.UnknownSchemaException;
import io.promptstream.topology.config.PromptStreamConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.AuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests events whose schema is not in memory, with a registry over HTTP. */
@Timeout(120)
class RecordReaderTest {
  private static final String LONG = "60000";
  private static final String UNKNOWN = "{\"error_code\": 40403, \"message\": \"not found\"}";
  private static final PromptEvent EVENT = event();

  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch silence = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<SharedSerdes> opened = new ArrayList<>();
  private HttpServer server;
  private volatile Registry registry = RecordReaderTest::answerSchema;

  /** How the registry answers a request for a schema. */
  private interface Registry {
    void answer(HttpExchange exchange) throws IOException;
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/schemas/ids", exchange -> {
      requests.incrementAndGet();
      try (exchange) {
        registry.answer(exchange);
      }
    });
    server.start();
  }

  @AfterEach
  void stop() {
    silence.countDown();
    opened.forEach(SharedSerdes::close);
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void shouldRequestASchemaOnceAndKeepIt() {
    RecordReader<PromptEvent> reader = reader(LONG, "0");

    assertThat(reader.read(event(7), System.nanoTime())).isEqualTo(EVENT);
    registry = exchange -> answer(exchange, 500, "{}");

    assertThat(reader.read(event(7), System.nanoTime())).isEqualTo(EVENT);
    assertThat(reader.readAhead(event(7), System.nanoTime())).isEqualTo(EVENT);
    assertThat(requests).hasValue(1);
  }

  @Test
  void shouldRetryWhileTheRegistryDoesNotKnowTheSchema() {
    registry = exchange -> {
      if (requests.get() <= 2) {
        answer(exchange, 404, UNKNOWN);
      } else {
        answerSchema(exchange);
      }
    };

    assertThat(reader(LONG, LONG).read(event(7), System.nanoTime())).isEqualTo(EVENT);
    assertThat(requests).hasValue(3);
  }

  @Test
  void shouldRejectAnEventWhoseSchemaStaysUnknown() {
    registry = exchange -> answer(exchange, 404, UNKNOWN);
    RecordReader<PromptEvent> reader = reader(LONG, "500");

    assertThatThrownBy(() -> reader.read(event(7), System.nanoTime()))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessageEndingWith("the registry has no schema with this id.");
    assertThat(requests).hasValueGreaterThan(2);

    // The schema is registered later.
    registry = RecordReaderTest::answerSchema;
    assertThat(reader.read(event(7), System.nanoTime())).isEqualTo(EVENT);
  }

  @Test
  void shouldWaitOneGracePeriodForAllUnknownSchemasOfAPoll() {
    registry = exchange -> answer(exchange, 404, UNKNOWN);
    RecordReader<PromptEvent> reader = reader(LONG, "1000");
    int events = 1_000;
    long polled = System.nanoTime();

    for (int id = 0; id < events; id++) {
      byte[] event = event(id);
      assertThatThrownBy(() -> reader.read(event, polled))
          .isInstanceOf(UnknownSchemaException.class);
    }

    // The first schema uses up the grace period; each later one is requested once.
    assertThat(requests).hasValueBetween(events, events + 10);
  }

  @Test
  void shouldRetryAfterATransientFailure() {
    registry = exchange -> {
      if (requests.get() <= 2) {
        answer(exchange, 500, "{\"error_code\": 50001, \"message\": \"no\"}");
      } else {
        answerSchema(exchange);
      }
    };

    assertThat(reader(LONG, "0").read(event(7), System.nanoTime())).isEqualTo(EVENT);
  }

  @Test
  void shouldFailAtOnceIfTheRegistryRefuses() {
    registry = exchange -> answer(exchange, 403, "{\"error_code\": 40301, \"message\": \"no\"}");

    assertThatThrownBy(() -> reader(LONG, LONG).read(event(7), System.nanoTime()))
        .isInstanceOf(AuthorizationException.class);
    assertThat(requests).hasValue(1);
  }

  @Test
  void shouldNameTheDeadlineIfTheRegistryDoesNotRespond() {
    registry = this::saysNothing;

    assertThatThrownBy(() -> reader("1000", "0").read(event(7), System.nanoTime()))
        .isInstanceOf(RegistryTimeoutException.class)
        .hasMessageStartingWith(
            "The schema registry at %s did not answer for schema id 7 within"
                + " promptstream.registry.timeout.ms=1000 (",
            url())
        .hasMessageEndingWith("); the event that needs it is not committed, and no event is lost.");
  }

  @Test
  void shouldKeepTheDeadlineIfTheRegistrySendsOneByteAtATime() {
    registry = exchange -> {
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream body = exchange.getResponseBody()) {
        while (!silence.await(50, TimeUnit.MILLISECONDS)) {
          body.write(' ');
          body.flush();
        }
      } catch (InterruptedException e) {
        // The test is over.
      }
    };

    assertThat(catchThrowableOfType(
            RegistryTimeoutException.class,
            () -> reader("1000", "0").read(event(7), System.nanoTime())))
        .returns(false, RegistryTimeoutException::isStopped);
  }

  @Test
  void shouldNotWaitBeforeAnEventsTurn() {
    registry = this::saysNothing;
    RecordReader<PromptEvent> reader = reader(LONG, "0");

    assertThat(reader.readAhead(event(7), System.nanoTime())).isNull();
    assertThat(reader.isLookedUp(event(7))).isTrue();
    assertThat(reader.isLookedUp(event(8))).isFalse();

    silence.countDown();
    registry = RecordReaderTest::answerSchema;
    assertThat(reader.read(event(7), System.nanoTime())).isEqualTo(EVENT);
    assertThat(reader.isLookedUp(event(7))).isFalse();
  }

  @Test
  void shouldShareALookUpAmongThreads() throws Exception {
    registry = exchange -> {
      saysNothing(exchange);
      answerSchema(exchange);
    };
    RecordReader<PromptEvent> reader = reader(LONG, "0");
    reader.readAhead(event(7), System.nanoTime());
    List<CompletableFuture<PromptEvent>> reads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      reads.add(
          CompletableFuture.supplyAsync(() -> reader.read(event(7), System.nanoTime()), threads));
    }

    silence.countDown();

    for (CompletableFuture<PromptEvent> read : reads) {
      assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo(EVENT);
    }
    assertThat(requests).hasValue(1);
  }

  @Test
  void shouldEndAWaitWhenStopped() throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    registry = exchange -> {
      waits.countDown();
      saysNothing(exchange);
    };
    RecordReader<PromptEvent> reader = reader(LONG, "0");
    CompletableFuture<PromptEvent> read =
        CompletableFuture.supplyAsync(() -> reader.read(event(7), System.nanoTime()), threads);
    waits.await();

    reader.stop();

    assertThat(
            read.handle((event, thrown) -> RegistryTimeoutException.in(thrown).orElseThrow())
                .get(30, TimeUnit.SECONDS))
        .returns(true, RegistryTimeoutException::isStopped);
    assertThatThrownBy(() -> reader.read(event(8), System.nanoTime()))
        .isInstanceOf(RegistryTimeoutException.class);
  }

  @Test
  void shouldKeepNothingIfTheRegistryChoosesTheSchema() {
    RecordReader<PromptEvent> reader = reader(LONG, "0", "use.latest.version", "true");
    server.createContext("/subjects", RecordReaderTest::answerSchema);

    assertThat(reader.readAhead(event(7), System.nanoTime())).isNull();
    assertThat(reader.isLookedUp(event(7))).isFalse();
    assertThat(reader.read(event(7), System.nanoTime())).isEqualTo(EVENT);
    assertThat(reader.readAhead(event(7), System.nanoTime())).isNull();
  }

  @Test
  void shouldKeepTheDeadlineIfTheRegistryChoosesTheSchema() {
    registry = this::saysNothing;
    RecordReader<PromptEvent> reader = reader("1000", "0", "use.latest.version", "true");

    assertThatThrownBy(() -> reader.read(event(7), System.nanoTime()))
        .isInstanceOf(RegistryTimeoutException.class);
  }

  @Test
  void shouldReadEveryRegisteredSchemaAndSkipUnreadableOnes() {
    String subject = "/subjects/prompt-events-value/versions";
    server.createContext(subject, exchange -> answer(exchange, 200, "[1, 2, 3, 4]"));
    for (int version = 1; version <= 4; version++) {
      String metadata = "{\"subject\": \"s\", \"version\": %d, \"id\": %d, \"schema\": \"\"}"
          .formatted(version, 10 * version);
      server.createContext(subject + "/" + version, exchange -> answer(exchange, 200, metadata));
    }
    registry = exchange -> {
      String path = exchange.getRequestURI().getPath();
      if (path.endsWith("/20")) {
        answer(exchange, 200, "{\"schemaType\": \"JSON\", \"schema\": \"{}\"}");
      } else if (path.endsWith("/30")) {
        answer(exchange, 200, "{\"schema\": \"\\\"string\\\"\"}");
      } else {
        answerSchema(exchange);
      }
    };
    RecordReader<PromptEvent> reader = reader(LONG, "0");

    reader.learnRegistered();
    server.stop(0);

    for (int id : new int[] {10, 40}) {
      assertThat(reader.readAhead(event(id), System.nanoTime())).isEqualTo(EVENT);
    }
    assertThat(requests).hasValue(4);
  }

  @Test
  void shouldStartIfSchemasMayNotBeListed() {
    server.createContext(
        "/subjects",
        exchange -> answer(exchange, 403, "{\"error_code\": 40301, \"message\": \"no\"}"));
    RecordReader<PromptEvent> reader = reader(LONG, "0");

    reader.learnRegistered();

    assertThat(reader.read(event(7), System.nanoTime())).isEqualTo(EVENT);
  }

  @Test
  void shouldDistinguishABadEventFromABadRegistry() {
    RecordReader<PromptEvent> reader = reader(LONG, LONG);
    byte[] shortened = Arrays.copyOf(event(7), 9);

    assertThatThrownBy(() -> reader.read(shortened, System.nanoTime()))
        .isInstanceOf(UndecodableRecordException.class);
    assertThatThrownBy(() -> reader.readAhead(new byte[] {9}, System.nanoTime()))
        .isInstanceOf(UndecodableRecordException.class);
  }

  private RecordReader<PromptEvent> reader(String timeout, String grace, String... namesAndValues) {
    Map<String, String> settings = new HashMap<>(Map.of(
        "bootstrap.servers",
        "unused:1",
        "schema.registry.url",
        url(),
        "promptstream.checkpoint",
        "seed:42",
        PromptStreamConfig.REGISTRY_TIMEOUT,
        timeout,
        PromptStreamConfig.UNKNOWN_SCHEMA_GRACE,
        grace));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    SharedSerdes serdes = SharedSerdes.of(PromptStreamConfig.of(settings));
    opened.add(serdes);
    return serdes.eventReader();
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static PromptEvent event() {
    TrustedRecords.add();
    return PromptEvent.newBuilder().setPromptId("prompt").setImageId("image").build();
  }

  private static byte[] event(int schemaId) {
    try {
      ByteBuffer datum = PromptEvent.getEncoder().encode(EVENT);
      // Avro's single-object encoding has a header of 10 bytes.
      datum.position(10);
      return ByteBuffer.allocate(5 + datum.remaining())
          .put((byte) 0)
          .putInt(schemaId)
          .put(datum)
          .array();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void saysNothing(HttpExchange exchange) {
    try {
      silence.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answerSchema(HttpExchange exchange) throws IOException {
    String schema = PromptEvent.getClassSchema().toString();
    answer(
        exchange,
        200,
        "{\"subject\": \"s\", \"version\": 1, \"id\": 7, \"schema\": \"%s\"}"
            .formatted(schema.replace("\\", "\\\\").replace("\"", "\\\"")));
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      // Otherwise the server waits for the client's delayed acknowledgement, 40 ms for each answer.
      exchange.getResponseHeaders().add("Connection", "close");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
