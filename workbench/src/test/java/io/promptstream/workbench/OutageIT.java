package io.promptstream.workbench;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.topology.app.PromptStreamApplication;
import io.promptstream.topology.app.StartupException;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.kafka.EmbeddedKafka;
import io.promptstream.workbench.process.TcpGate;
import io.promptstream.workbench.registry.ApicurioRegistry;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an application does while the schema registry, or the broker, is away. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(180)
final class OutageIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Long enough that it has asked, and been refused, more than once. */
  private static final Duration OUTAGE = Duration.ofSeconds(3);

  /** Enough that every partition has some. */
  private static final int IMAGES = 80;

  private final AtomicInteger application = new AtomicInteger();

  @TempDir
  private static Path stateDirectory;

  private final Parts parts = new Parts();
  private EmbeddedKafka kafka;
  private ApicurioRegistry registry;
  private TcpGate gate;
  private PromptEncoder encoder;

  @BeforeAll
  void start() throws Exception {
    registry = ApicurioRegistry.start(0);
    parts.add(registry);
    URI address = URI.create(registry.url());
    gate = TcpGate.to(address.getHost(), address.getPort());
    parts.add(gate);
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.DEFAULT);
    parts.add(kafka);
    encoder = SamPromptEncoder.load(config(Map.of()).encoderOptions());
    parts.add(encoder);
  }

  @AfterAll
  void stop() {
    parts.close();
  }

  @BeforeEach
  void open() {
    gate.open();
  }

  @Test
  @SuppressWarnings("try") // closed here, and whatever happens before
  void shouldGoOnWithoutTheRegistryAlsoWithTheTasksThatItGetsInARebalance() {
    PromptStreamConfig config = config(Map.of());
    try (PromptStreamApplication stays = start(config);
        PromptStreamApplication leaves = start(config(Map.of(), config));
        PipelineClient client = client(config)) {
      awaitTasks(stays, config.partitions() / 2);
      // Both have partitions of them, and so get to know the schema of this producer.
      sendToAll(client, "before");
      client.read(IMAGES, 0);
      gate.shut();

      leaves.close();
      awaitTasks(stays, config.partitions());
      sendToAll(client, "after");

      assertThat(client.read(IMAGES, 0).sparse()).hasSize(IMAGES);
      assertThat(stays.failure()).isEmpty();
    }
  }

  @Test
  void shouldWaitForTheRegistryAtStart() throws Exception {
    gate.shut();
    PromptStreamConfig config = config(Map.of());
    FutureTask<PromptStreamApplication> starting = starting(config);

    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> starting.get(OUTAGE.toMillis(), TimeUnit.MILLISECONDS));
    gate.open();

    assertWorks(config, starting);
  }

  @Test
  void shouldWaitForTheBrokerAtStart() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    PromptStreamConfig config = config(Map.of("bootstrap.servers", "127.0.0.1:" + port));
    FutureTask<PromptStreamApplication> starting = starting(config);
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> starting.get(OUTAGE.toMillis(), TimeUnit.MILLISECONDS));

    try (EmbeddedKafka late = EmbeddedKafka.start(EmbeddedKafka.Options.DEFAULT.withPort(port))) {
      assertThat(late.bootstrapServers()).endsWith(":" + port);
      assertWorks(config, starting);
    }
  }

  @Test
  void shouldStopWaitingAtStartWhenItIsInterrupted() throws Exception {
    gate.shut();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread starter = new Thread(() -> {
      try {
        start(config(Map.of())).close();
      } catch (StartupException e) {
        thrown.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError(e));
      }
    });
    starter.start();
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> thrown.get(OUTAGE.toMillis(), TimeUnit.MILLISECONDS));

    starter.interrupt();

    assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(StartupException.class);
  }

  @Test
  void shouldHoldAnEventWhoseSchemaItDoesNotKnowUntilTheRegistryAnswers() throws Exception {
    PromptStreamConfig config = config(Map.of());
    try (PromptStreamApplication running = start(config);
        PipelineClient client = client(config)) {
      byte[] value = ofOtherSchema(config, click("other", "image"));
      gate.shut();
      client.send("image", value);
      assertThatNothingFails(running);

      gate.open();

      assertThat(client.read(1, 0).sparse()).containsOnlyKeys("other");
      assertThat(running.failure()).isEmpty();
    }
  }

  @Test
  @SuppressWarnings("try") // closed here, and whatever happens before
  void shouldEndWithSuchAnEventUncommittedWhenTheRegistryStaysAway() throws Exception {
    // A quarter of it is how long an event waits.
    PromptStreamConfig config = config(Map.of("main.consumer.max.poll.interval.ms", "8000"));
    try (PromptStreamApplication running = start(config);
        PipelineClient client = client(config)) {
      byte[] value = ofOtherSchema(config, click("other", "image"));
      gate.shut();
      client.send("image", value);

      assertThat(running.awaitTermination()).isEqualTo(1);
      running.close();
      gate.open();
      try (PromptStreamApplication again = start(config)) {
        assertThat(client.read(1, 0).sparse()).containsOnlyKeys("other");
        assertThat(again.failure()).isEmpty();
      }
    }
  }

  @Test
  @SuppressWarnings("try") // closed here, and whatever happens before
  void shouldNotKeepAnApplicationFromStoppingThatItsEventWaits() throws Exception {
    PromptStreamConfig config = config(Map.of());
    try (PromptStreamApplication running = start(config);
        PipelineClient client = client(config)) {
      byte[] value = ofOtherSchema(config, click("other", "image"));
      gate.shut();
      client.send("image", value);
      assertThatNothingFails(running);

      long begin = System.nanoTime();
      running.close();

      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
    }
  }

  private static void assertThatNothingFails(PromptStreamApplication running) {
    await()
        .during(OUTAGE)
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(running.failure()).isEmpty());
  }

  private void assertWorks(PromptStreamConfig config, FutureTask<PromptStreamApplication> starting)
      throws Exception {
    try (PromptStreamApplication started = starting.get(60, TimeUnit.SECONDS);
        PipelineClient client = client(config)) {
      client.send(click("a", "image"));
      assertThat(client.read(1, 0).sparse()).containsOnlyKeys("a");
      assertThat(started.failure()).isEmpty();
    }
  }

  private FutureTask<PromptStreamApplication> starting(PromptStreamConfig config) {
    FutureTask<PromptStreamApplication> starting = new FutureTask<>(() -> start(config));
    Thread thread = new Thread(starting, "starting");
    thread.setDaemon(true);
    thread.start();
    return starting;
  }

  private PromptStreamApplication start(PromptStreamConfig config) {
    return PromptStreamApplication.start(config, Models.of(encoder));
  }

  /** The client asks the registry itself, past the gate. */
  private PipelineClient client(PromptStreamConfig config) {
    return new PipelineClient(config, config.clients().bootstrapServers(), registry.url());
  }

  private static void sendToAll(PipelineClient client, String id) {
    for (int image = 0; image < IMAGES; image++) {
      client.send(click(id + image, "image-" + image));
    }
  }

  private static void awaitTasks(PromptStreamApplication application, int tasks) {
    await().atMost(PATIENCE).until(() -> tasks(application) == tasks);
  }

  private static long tasks(PromptStreamApplication application) {
    return application.metrics().keySet().stream()
        .filter(metric -> metric.name().equals("live-events"))
        .count();
  }

  private static PromptEvent click(String id, String image) {
    return PromptEvent.newBuilder()
        .setPromptId(id)
        .setImageId(image)
        .setPoints(List.of(new Point(3.0, 4.0, PointLabel.FOREGROUND)))
        .build();
  }

  /** As a producer writes it whose schema has a field more. */
  private byte[] ofOtherSchema(PromptStreamConfig config, PromptEvent event) throws Exception {
    Schema ours = PromptEvent.getClassSchema();
    SchemaBuilder.FieldAssembler<Schema> fields =
        SchemaBuilder.record(ours.getName()).namespace(ours.getNamespace()).fields();
    for (Schema.Field field : ours.getFields()) {
      fields = fields.name(field.name()).type(field.schema()).noDefault();
    }
    Schema theirs = fields.optionalString("note").endRecord();
    int id;
    try (CachedSchemaRegistryClient client = new CachedSchemaRegistryClient(registry.url(), 10)) {
      id = client.register(config.inputTopic() + "-value", new AvroSchema(theirs));
    }
    ByteBuffer datum = PromptEvent.getEncoder().encode(event);
    // Avro's single-object encoding has a header of 10 bytes; a null is the union's first branch.
    datum.position(10);
    return ByteBuffer.allocate(1 + Integer.BYTES + datum.remaining() + 1)
        .put((byte) 0)
        .putInt(id)
        .put(datum)
        .put((byte) 0)
        .array();
  }

  private PromptStreamConfig config(Map<String, String> settings) {
    String name = "outage-" + application.incrementAndGet();
    Map<String, String> all = new HashMap<>();
    all.put("application.id", name);
    all.put("bootstrap.servers", kafka == null ? "unused:1" : kafka.bootstrapServers());
    URI address = URI.create(registry.url());
    all.put("schema.registry.url", "http://127.0.0.1:" + gate.port() + address.getPath());
    all.put("state.dir", stateDirectory.resolve(name).toString());
    all.put("promptstream.checkpoint", "seed:42");
    all.put("promptstream.device", "cpu");
    for (String topic : List.of("input", "sparse", "dense", "errors", "models")) {
      all.put("promptstream." + topic + ".topic", name + '-' + topic);
    }
    all.put(PromptStreamConfig.TOPICS_CREATE, "true");
    all.putAll(settings);
    return PromptStreamConfig.of(all);
  }

  /** Another instance of the same application. */
  private PromptStreamConfig config(Map<String, String> settings, PromptStreamConfig other) {
    Map<String, String> all = new HashMap<>(settings);
    all.put(
        "application.id", requireNonNull(other.streamsProperties().getProperty("application.id")));
    all.put("promptstream.input.topic", other.inputTopic());
    all.put("promptstream.sparse.topic", other.sparseTopic());
    all.put("promptstream.dense.topic", other.denseTopic());
    all.put("promptstream.errors.topic", other.errorsTopic());
    all.put("promptstream.models.topic", other.modelsTopic());
    return config(all);
  }
}
