package io.promptstream.workbench;

import static io.promptstream.workbench.HttpEndpointIT.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.djl.engine.EngineException;
import io.promptstream.application.PromptStreamApplication;
import io.promptstream.application.http.HttpEndpoint;
import io.promptstream.encoder.ForwardingPromptEncoder;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.kafka.EmbeddedKafka;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what {@code /live} and {@code /ready} answer under faults; see docs/operations.md. */
final class HealthIT extends OutageTestBase {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STUCK_TIMEOUT = Duration.ofSeconds(1);

  @TempDir
  private static Path data;

  /** A broker that can be restarted. */
  private EmbeddedKafka kafka;

  @BeforeAll
  void startBroker() throws IOException {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.DEFAULT.withDirectory(data));
  }

  @AfterAll
  void endBroker() throws IOException {
    kafka.close();
  }

  /**
   * A situation, and the answers that it must give for as long as it lasts.
   *
   * @param live status of {@code /live}
   * @param ready status of {@code /ready}
   * @param reason part of the answer of {@code /live}
   * @param recovers whether the stream continues afterwards, and has then encoded one event more
   * @param fault brings it about
   */
  private record Situation(
      String name, int live, int ready, String reason, boolean recovers, Fault fault) {
    @Override
    public String toString() {
      return name;
    }
  }

  private interface Fault {
    /** Begins, and returns what ends it. */
    Closeable strike(HealthIT test, Scene scene) throws Exception;
  }

  /** A running application with one partition. */
  private record Scene(
      PromptStreamConfig config,
      FaultyEncoder encoder,
      PromptStreamApplication application,
      PipelineClient client) {
    void send() {
      client.send(OutageServices.click("during", "image"));
    }
  }

  static Stream<Situation> situations() {
    return Stream.of(
        new Situation("idle", 200, 200, "RUNNING", true, (test, scene) -> scene::send),
        new Situation("brokers down", 200, 200, "RUNNING", true, HealthIT::stopBroker),
        new Situation("registry down", 200, 200, "RUNNING", true, HealthIT::shutRegistry),
        new Situation("schema unavailable", 503, 200, "is stuck", true, HealthIT::hideSchema),
        new Situation("encoder hangs", 503, 200, "is stuck", true, HealthIT::hang),
        new Situation("rebalancing", 200, 503, "REBALANCING", true, HealthIT::rebalance),
        new Situation("stopping", 200, 503, "PENDING_SHUTDOWN", false, HealthIT::stopInACall),
        new Situation("stream thread dies", 503, 503, "has failed", false, failing(() -> {
          throw new AssertionError("a broken invariant, on purpose");
        })),
        new Situation("engine fails", 503, 503, "has failed", false, failing(() -> {
          throw new EngineException("the device is gone, on purpose");
        })),
        new Situation("heap exhausted", 503, 503, "has failed", false, failing(() -> {
          throw new OutOfMemoryError("on purpose");
        })));
  }

  @ParameterizedTest
  @MethodSource("situations")
  void shouldAnswerForAsLongAsItLasts(Situation situation) throws Exception {
    // While a stream rebalances or stops, its threads may not poll.
    PromptStreamConfig config = config(situation.ready() == 200 ? STUCK_TIMEOUT : TIMEOUT);
    FaultyEncoder encoder = new FaultyEncoder(services.encoder);
    try (HttpEndpoint endpoint = HttpEndpoint.start(config, List.of());
        PromptStreamApplication application =
            endpoint.started(PromptStreamApplication.start(config, Models.of(encoder)));
        PipelineClient client = services.client(config)) {
      client.send(OutageServices.click("before", "image"));
      client.read(1, 0);
      assertAnswers(endpoint, 200, 200, "RUNNING");

      Closeable fault =
          situation.fault().strike(this, new Scene(config, encoder, application, client));
      try {
        assertAnswers(endpoint, situation.live(), situation.ready(), situation.reason());
      } finally {
        fault.close();
      }

      if (situation.recovers()) {
        assertThat(client.read(1, 0).sparse()).containsOnlyKeys("during");
        assertAnswers(endpoint, 200, 200, "RUNNING");
        assertThat(application.failure()).isEmpty();
      }
    }
  }

  @Test
  void shouldFindAStuckThreadWithinTheTimeout() throws Exception {
    PromptStreamConfig config = config(STUCK_TIMEOUT);
    FaultyEncoder encoder = new FaultyEncoder(services.encoder);
    try (HttpEndpoint endpoint = HttpEndpoint.start(config, List.of());
        PromptStreamApplication application =
            endpoint.started(PromptStreamApplication.start(config, Models.of(encoder)));
        PipelineClient client = services.client(config);
        Closeable hanging = hang(new Scene(config, encoder, application, client))) {
      long begin = System.nanoTime();
      long last = begin;
      long longestPause = 0;
      while (get(endpoint, "/live").statusCode() == 200) {
        long now = System.nanoTime();
        longestPause = Math.max(longestPause, now - last);
        last = now;
      }
      long found = System.nanoTime();
      longestPause = Math.max(longestPause, found - last);

      // The first probe starts the time, and the last one can be late.
      assertThat(Duration.ofNanos(found - begin))
          .isBetween(STUCK_TIMEOUT, STUCK_TIMEOUT.plusNanos(2 * longestPause));
      assertThat(hanging).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"brokers", "registry"})
  void shouldBeAliveAndNotReadyWhileItWaitsAtStart(String down) throws Exception {
    PromptStreamConfig config = config(STUCK_TIMEOUT);
    Closeable outage = down.equals("brokers") ? stopBroker() : shutRegistry();
    FutureTask<PromptStreamApplication> starting = new FutureTask<>(() -> services.start(config));
    try (HttpEndpoint endpoint = HttpEndpoint.start(config, List.of())) {
      new Thread(starting, "starting").start();
      assertAnswers(endpoint, 200, 503, "starting");
      outage.close();
      endpoint.started(starting.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
      assertAnswers(endpoint, 200, 200, "RUNNING");
    } finally {
      starting.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).close();
    }
  }

  private Closeable stopBroker(Scene scene) throws IOException {
    Closeable start = stopBroker();
    return () -> {
      start.close();
      scene.send();
    };
  }

  private Closeable stopBroker() throws IOException {
    int port = URI.create("kafka://" + kafka.bootstrapServers()).getPort();
    kafka.close();
    return () -> kafka =
        EmbeddedKafka.start(EmbeddedKafka.Options.DEFAULT.withDirectory(data).withPort(port));
  }

  private Closeable shutRegistry(Scene scene) {
    Closeable open = shutRegistry();
    scene.send();
    return open;
  }

  private Closeable shutRegistry() {
    services.gate.shut();
    return services.gate::open;
  }

  /** An event waits in its turn for its schema. */
  private Closeable hideSchema(Scene scene) throws Exception {
    byte[] value = services.ofOtherSchema(scene.config(), OutageServices.click("during", "image"));
    services.gate.silence();
    scene.client().send("image", value);
    return services.gate::open;
  }

  private Closeable hang(Scene scene) throws InterruptedException {
    CountDownLatch hanging = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    scene.encoder().fault = () -> {
      hanging.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
    scene.send();
    hanging.await();
    return released::countDown;
  }

  private Closeable stopInACall(Scene scene) throws Exception {
    Closeable hanging = hang(scene);
    CompletableFuture<?> stopped = CompletableFuture.runAsync(scene.application()::close);
    return () -> {
      hanging.close();
      stopped.join();
    };
  }

  private static Fault failing(Runnable call) {
    return (test, scene) -> {
      scene.encoder().fault = call;
      scene.send();
      return () -> {};
    };
  }

  /**
   * Ends the instance's membership. It rejoins, and cannot continue before another producer's
   * transaction on its offsets has ended.
   */
  private Closeable rebalance(Scene scene) throws Exception {
    String group = scene.config().applicationId();
    Map<String, Object> client = Map.of(
        "bootstrap.servers",
        kafka.bootstrapServers(),
        "group.id",
        group,
        "transactional.id",
        group + "-other");
    KafkaProducer<byte[], byte[]> other =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
    other.initTransactions();
    other.beginTransaction();
    try (Admin admin = Admin.create(client);
        KafkaConsumer<byte[], byte[]> outsider =
            new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      other.sendOffsetsToTransaction(
          Map.of(new TopicPartition(scene.config().inputTopic(), 0), new OffsetAndMetadata(0)),
          outsider.groupMetadata());
      admin
          .removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
          .all()
          .get();
    }
    return () -> {
      other.abortTransaction();
      other.close();
      scene.send();
    };
  }

  /** Waits for these answers; then they must not change for longer than a thread may be stuck. */
  private static void assertAnswers(HttpEndpoint endpoint, int live, int ready, String reason) {
    await().during(STUCK_TIMEOUT.plusMillis(500)).atMost(TIMEOUT).untilAsserted(() -> {
      assertThat(get(endpoint, "/live").body()).contains(reason);
      assertThat(get(endpoint, "/live").statusCode()).isEqualTo(live);
      assertThat(get(endpoint, "/ready").statusCode()).isEqualTo(ready);
      assertThat(get(endpoint, "/metrics").body())
          .contains("promptstream_live " + (live == 200 ? "1.0" : "0.0"))
          .contains("promptstream_ready " + (ready == 200 ? "1.0" : "0.0"));
    });
  }

  private PromptStreamConfig config(Duration stuckTimeout) {
    return services.config(Map.of(
        "bootstrap.servers",
        kafka.bootstrapServers(),
        PromptStreamConfig.HTTP_HOST,
        "127.0.0.1",
        PromptStreamConfig.HTTP_PORT,
        "0",
        PromptStreamConfig.TOPICS_PARTITIONS,
        "1",
        // The event before a fault is committed, and not repeated after it.
        "commit.interval.ms",
        "100",
        PromptStreamConfig.REGISTRY_TIMEOUT,
        Long.toString(TIMEOUT.toMillis()),
        PromptStreamConfig.STUCK_TIMEOUT,
        Long.toString(stuckTimeout.toMillis())));
  }

  /** An encoder whose calls begin with a fault. */
  private static final class FaultyEncoder extends ForwardingPromptEncoder {
    volatile Runnable fault = () -> {};

    FaultyEncoder(PromptEncoder real) {
      super(real);
    }

    @Override
    public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
      fault.run();
      return super.encode(prompts);
    }
  }
}
