package io.promptstream.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promptstream.application.PromptStreamApplication;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.topology.config.PromptStreamConfig;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests a running application during an outage of the schema registry or the broker. */
final class OutageIT extends OutageTestBase {
  /** How a registry fails. */
  enum Outage {
    SILENT {
      @Override
      void begin(OutageServices services) {
        services.gate.silence();
      }
    },
    REFUSES {
      @Override
      void begin(OutageServices services) {
        services.gate.shut();
      }
    },
    ANSWERS_500 {
      @Override
      void begin(OutageServices services) {
        services.proxy.answer(path -> Optional.of(
            new RegistryProxy.Answer(500, "{\"error_code\": 50001, \"message\": \"no\"}")));
      }
    };

    abstract void begin(OutageServices services);
  }

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Enough events for every partition. */
  private static final int IMAGES = 80;

  @Test
  @SuppressWarnings("try") // closed here, and whatever happens before
  void shouldContinueWithoutTheRegistryAlsoAfterARebalance() {
    PromptStreamConfig config = services.config(Map.of());
    try (PromptStreamApplication stays = services.start(config);
        PromptStreamApplication leaves = services.start(services.config(Map.of(), config));
        PipelineClient client = services.client(config)) {
      awaitTasks(stays, config.partitions() / 2);
      // Both instances have partitions with these events, and so learn this producer's schema.
      sendToAll(client, "before");
      client.read(IMAGES, 0);
      services.gate.shut();

      leaves.close();
      awaitTasks(stays, config.partitions());
      sendToAll(client, "after");

      assertThat(client.read(IMAGES, 0).sparse()).hasSize(IMAGES);
      assertThat(stays.failure()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SILENT, AT_LEAST_ONCE", "REFUSES, AT_LEAST_ONCE", "ANSWERS_500, AT_LEAST_ONCE",
    "SILENT, EXACTLY_ONCE_V2", "REFUSES, EXACTLY_ONCE_V2", "ANSWERS_500, EXACTLY_ONCE_V2"
  })
  void shouldEncodeEventsBeforeOneWhoseSchemaIsUnavailable(Outage outage, Guarantee guarantee)
      throws Exception {
    Duration deadline = Duration.ofSeconds(45);
    PromptStreamConfig config = services.config(Map.of(
        "processing.guarantee",
        guarantee.toString(),
        "producer.transaction.timeout.ms",
        "90000",
        PromptStreamConfig.REGISTRY_TIMEOUT,
        Long.toString(deadline.toMillis()),
        PromptStreamConfig.TOPICS_PARTITIONS,
        "1"));
    try (PromptStreamApplication running = services.start(config);
        PipelineClient client = services.client(config)) {
      // The application learns this producer's schema.
      client.send(OutageServices.click("before", "image"));
      client.read(1, 0);
      List<byte[]> events = new ArrayList<>();
      IntStream.range(0, 25).forEach(i -> events.add(client.serialize(click(i))));
      events.add(5, services.ofOtherSchema(config, OutageServices.click("unseen", "image")));
      double rebalances = rebalances(running);
      outage.begin(services);

      long begin = System.nanoTime();
      services.sendTogether(config, events);
      assertThat(client.read(5, 0).sparse()).containsOnlyKeys("0", "1", "2", "3", "4");
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isLessThan(deadline.multipliedBy(2).dividedBy(3));

      open();
      assertThat(client.read(21, 0).sparse()).hasSize(21).containsKey("unseen");
      assertThat(running.failure()).isEmpty();
      assertThat(rebalances(running)).isEqualTo(rebalances);
    }
  }

  private static PromptEvent click(int number) {
    return OutageServices.click(Integer.toString(number), "image");
  }

  /** Returns the number of rebalances of the application's consumers, including failed ones. */
  private static double rebalances(PromptStreamApplication application) {
    return application.metrics().values().stream()
        .filter(metric -> metric.metricName().name().endsWith("rebalance-total"))
        .mapToDouble(metric -> (Double) metric.metricValue())
        .sum();
  }

  @ParameterizedTest
  @EnumSource(names = {"SILENT", "REFUSES"})
  @SuppressWarnings("try") // closed here, and whatever happens before
  void shouldEndWithTheEventUncommittedIfTheOutageLasts(Outage outage) throws Exception {
    PromptStreamConfig config = services.config(Map.of(
        PromptStreamConfig.REGISTRY_TIMEOUT,
        "3000",
        // The broker removes a failed instance after this time.
        "main.consumer.session.timeout.ms",
        "6000",
        "main.consumer.heartbeat.interval.ms",
        "2000"));
    try (PromptStreamApplication running = services.start(config);
        PipelineClient client = services.client(config)) {
      byte[] value = services.ofOtherSchema(config, OutageServices.click("other", "image"));
      outage.begin(services);
      client.send("image", value);

      assertThat(running.awaitTermination()).isEqualTo(1);
      assertThat(running.failure().orElseThrow())
          .hasStackTraceContaining(
              "The schema registry at %s did not answer for schema id %d within %s=3000",
              services.registryUrl(),
              ByteBuffer.wrap(value).getInt(1),
              PromptStreamConfig.REGISTRY_TIMEOUT);
      running.close();
      open();
      try (PromptStreamApplication again = services.start(config)) {
        assertThat(client.read(1, 0).sparse()).containsOnlyKeys("other");
        assertThat(again.failure()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SILENT", "REFUSES"})
  @SuppressWarnings("try") // closed here, and whatever happens before
  void shouldStopWhileAnEventWaitsForItsSchema(Outage outage) throws Exception {
    PromptStreamConfig config =
        services.config(Map.of(PromptStreamConfig.REGISTRY_TIMEOUT, "60000"));
    try (PromptStreamApplication running = services.start(config);
        PipelineClient client = services.client(config)) {
      byte[] value = services.ofOtherSchema(config, OutageServices.click("other", "image"));
      outage.begin(services);
      client.send("image", value);
      assertThatNothingFails(running);

      long begin = System.nanoTime();
      running.close();

      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
      assertThat(running.failure()).isEmpty();
    }
  }

  @Test
  void shouldEncodeAnEventWhoseSchemaTheRegistryDoesNotKnowYet() throws Exception {
    PromptStreamConfig config = services.config(Map.of(
        PromptStreamConfig.REGISTRY_TIMEOUT,
        "60000",
        PromptStreamConfig.UNKNOWN_SCHEMA_GRACE,
        "60000",
        "main.consumer.max.poll.interval.ms",
        "300000"));
    try (PromptStreamApplication running = services.start(config);
        PipelineClient client = services.client(config)) {
      byte[] value = services.ofOtherSchema(config, OutageServices.click("other", "image"));
      String ofId = "/schemas/ids/" + ByteBuffer.wrap(value).getInt(1);
      AtomicInteger asked = new AtomicInteger();
      services.proxy.answer(path -> path.endsWith(ofId) && asked.incrementAndGet() <= 2
          ? Optional.of(new RegistryProxy.Answer(
              404, "{\"error_code\": 40403, \"message\": \"Schema not found\"}"))
          : Optional.empty());

      client.send("image", value);

      assertThat(client.read(1, 0).sparse()).containsOnlyKeys("other");
      assertThat(asked).hasValue(3);
      assertThat(running.failure()).isEmpty();
    }
  }

  private static void assertThatNothingFails(PromptStreamApplication running) {
    await()
        .during(OUTAGE)
        .atMost(TIMEOUT)
        .untilAsserted(() -> assertThat(running.failure()).isEmpty());
  }

  private static void sendToAll(PipelineClient client, String id) {
    for (int image = 0; image < IMAGES; image++) {
      client.send(OutageServices.click(id + image, "image-" + image));
    }
  }

  private static void awaitTasks(PromptStreamApplication application, int tasks) {
    await().atMost(TIMEOUT).until(() -> tasks(application) == tasks);
  }

  private static long tasks(PromptStreamApplication application) {
    return application.metrics().keySet().stream()
        .filter(metric -> metric.name().equals("live-events"))
        .count();
  }
}
