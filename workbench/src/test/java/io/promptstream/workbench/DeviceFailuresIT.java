package io.promptstream.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import io.promptstream.application.PromptStreamApplication;
import io.promptstream.encoder.ForwardingPromptEncoder;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests a backlog of events on a device that fails for some windows, on a real broker. */
@ExtendWith(SharedServices.Resolver.class)
final class DeviceFailuresIT {
  private static final int EVENTS = 1_000;
  private static final int POISON = 700;
  private static final int POISON_POINTS = 20;

  private final Map<String, String> registry =
      Map.of("schema.registry.url", "mock://" + UUID.randomUUID());
  private final Resources parts = new Resources();

  @TempDir
  private Path state;

  private SharedServices services;
  private PromptEncoder real;

  @BeforeEach
  void start(SharedServices services) {
    this.services = services;
    real = parts.add(SamPromptEncoder.load(config("at_least_once").encoderOptions()));
  }

  @AfterEach
  void close() {
    parts.close();
  }

  @Test
  void shouldEncodeEachEventOnceWhenTheDeviceFailsForLargeWindows() throws Exception {
    PromptStreamConfig config = config("at_least_once");
    sendBacklog(config);
    PromptEncoder small = failing(prompts -> prompts.size() > 3);
    try (PromptStreamApplication application =
            PromptStreamApplication.start(config, Models.of(small));
        TopicReader sparse = reader(config.sparseTopic());
        TopicReader dense = reader(config.denseTopic())) {
      assertThat(ids(sparse.read(EVENTS))).containsExactlyElementsOf(sentIds());
      dense.read(EVENTS);
      sparse.assertNoMore();
      dense.assertNoMore();
      assertThat(application.failure()).isEmpty();
      assertThat(metric(application, "window-halved-total")).isPositive();
      assertThat(metric(application, "window-limit")).isBetween(1.0, 3.0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void shouldLoseNothingWhenAnEventFailsAlone(String guarantee) throws Exception {
    PromptStreamConfig config = config(guarantee);
    sendBacklog(config);
    PromptEncoder poisoned =
        failing(prompts -> prompts.stream().anyMatch(prompt -> prompt.tokens() > POISON_POINTS));
    try (PromptStreamApplication application =
        PromptStreamApplication.start(config, Models.of(poisoned))) {
      assertThat(application.awaitTermination()).isEqualTo(1);
      assertThat(application.failure().orElseThrow()).hasRootCauseInstanceOf(EngineException.class);
    }
    List<ConsumerRecord<byte[], byte[]>> written = new ArrayList<>();
    try (PromptStreamApplication repaired = PromptStreamApplication.start(config, Models.of(real));
        TopicReader sparse = reader(config.sparseTopic())) {
      sparse.forEachUntil(
          () -> !written.isEmpty() && isLast(written.get(written.size() - 1)), written::add);
      sparse.assertNoMore();
      assertThat(repaired.failure()).isEmpty();
    }
    List<String> ids = ids(written);
    assertThat(ids.stream().distinct()).containsExactlyElementsOf(sentIds());
    if (guarantee.equals("exactly_once_v2")) {
      assertThat(ids).doesNotHaveDuplicates();
    }
  }

  private PromptStreamConfig config(String guarantee) {
    return PromptStreamConfig.of(services.settings(Map.of(
        "schema.registry.url",
        String.valueOf(registry.get("schema.registry.url")),
        "state.dir",
        state.toString(),
        "processing.guarantee",
        guarantee,
        // A failed application does not leave the group.
        "main.consumer.session.timeout.ms",
        "6000",
        PromptStreamConfig.TOPICS_PARTITIONS,
        "1")));
  }

  private PromptEncoder failing(Predicate<List<FramedPrompt>> condition) {
    return new ForwardingPromptEncoder(real) {
      @Override
      public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
        if (condition.test(prompts)) {
          throw new EngineException("out of memory, on purpose");
        }
        return super.encode(prompts);
      }
    };
  }

  /** Sends all events before the application runs, so that its first poll returns hundreds. */
  private void sendBacklog(PromptStreamConfig config) throws Exception {
    String topic = config.inputTopic();
    // One request at a time, because a new topic rejects the first requests.
    Map<String, Object> settings = Map.of(
        "bootstrap.servers",
        services.bootstrapServers(),
        "max.in.flight.requests.per.connection",
        1);
    try (Admin admin = Admin.create(settings);
        Serde<PromptEvent> serde = AvroSerdes.promptEvent(registry);
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
      for (int number = 0; number < EVENTS; number++) {
        byte[] value = serde.serializer().serialize(topic, event(number));
        var unused = producer.send(new ProducerRecord<>(topic, value));
      }
    }
  }

  private static PromptEvent event(int number) {
    Point point = new Point(number % 641.0, number % 481.0, PointLabel.FOREGROUND);
    int points = number == POISON ? POISON_POINTS : 1;
    return Events.builder(Integer.toString(number))
        .setPoints(Collections.nCopies(points, point))
        .build();
  }

  /** Returns a reader from the beginning of a topic. */
  private TopicReader reader(String topic) {
    TopicReader reader = new TopicReader(services.bootstrapServers(), topic);
    reader.rewind();
    return reader;
  }

  private List<String> ids(List<ConsumerRecord<byte[], byte[]>> records) {
    try (Serde<SparseEmbedding> serde = AvroSerdes.sparseEmbedding(registry)) {
      return records.stream()
          .map(record -> serde.deserializer().deserialize(record.topic(), record.value()))
          .map(SparseEmbedding::getPromptId)
          .toList();
    }
  }

  private boolean isLast(ConsumerRecord<byte[], byte[]> record) {
    return ids(List.of(record)).equals(List.of(Integer.toString(EVENTS - 1)));
  }

  private static List<String> sentIds() {
    return IntStream.range(0, EVENTS).mapToObj(Integer::toString).toList();
  }

  private static double metric(PromptStreamApplication application, String name) {
    return application.metrics().values().stream()
        .filter(metric -> metric.metricName().group().equals("promptstream-lookahead-metrics"))
        .filter(metric -> metric.metricName().name().equals(name))
        .mapToDouble(metric -> (Double) metric.metricValue())
        .findFirst()
        .orElseThrow();
  }
}
