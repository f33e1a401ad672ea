package io.promptstream.workbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promptstream.application.PromptStreamApplication;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests on a real broker that look-ahead does not change results and has no misses. */
@ExtendWith(SharedServices.Resolver.class)
@TestInstance(Lifecycle.PER_CLASS)
final class LookAheadIT {
  private static final String GROUP = "promptstream-lookahead-metrics";
  private static final int PARTITIONS = 4;
  private static final int THREADS = 3;
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final String registry = "mock://" + UUID.randomUUID();
  private Path state;
  private SharedServices services;
  private PromptEncoder encoder;

  /** Key, timestamp and a checksum of the bytes of a record. */
  private record Fingerprint(String key, long timestamp, int length, long checksum) {}

  @BeforeAll
  void start(SharedServices services, @TempDir Path state) throws Exception {
    this.state = state;
    this.services = services;
    encoder = SamPromptEncoder.load(config("unused", "unused", Map.of()).encoderOptions());
  }

  @AfterAll
  void stop() {
    encoder.close();
  }

  @Test
  void shouldWriteTheSameBytesAsRecordAtATime() throws Exception {
    int count = 1_500;
    // All events are sent before the applications start, so that the windows are full.
    createInput("events");
    send("events", count, 0.1);
    try (PromptStreamApplication ahead = start("ahead", "events", Map.of());
        PromptStreamApplication alone =
            start("alone", "events", Map.of(PromptStreamConfig.LOOKAHEAD_MAX_PROMPTS, "0"));
        TopicReader sparse = reader("ahead-sparse");
        TopicReader dense = reader("ahead-dense");
        TopicReader sparseAlone = reader("alone-sparse");
        TopicReader denseAlone = reader("alone-dense")) {
      assertThat(fingerprints(sparse, count)).isEqualTo(fingerprints(sparseAlone, count));
      assertThat(fingerprints(dense, count)).isEqualTo(fingerprints(denseAlone, count));
      assertThat(total(ahead, "misses-total")).isZero();
      assertThat(max(ahead, "window-size-max")).isGreaterThan(10);
      assertThat(max(alone, "window-size-max")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "classic, at_least_once",
    "classic, exactly_once_v2",
    "streams, at_least_once",
    "streams, exactly_once_v2"
  })
  void shouldMissNothingWithSeveralThreads(String protocol, String guarantee) throws Exception {
    int count = 3_000;
    String name = protocol + "-" + guarantee;
    String input = name + "-events";
    Map<String, String> settings = Map.of(
        "num.stream.threads", Integer.toString(THREADS),
        "group.protocol", protocol,
        "processing.guarantee", guarantee);
    createInput(input);
    try (PromptStreamApplication application = start(name, input, settings);
        TopicReader sparse = reader(name + "-sparse");
        TopicReader dense = reader(name + "-dense")) {
      awaitBalanced(application);
      send(input, count, 0.01);

      assertThat(sparse.read(count)).hasSize(count);
      assertThat(dense.read(count)).hasSize(count);
      sparse.assertNoMore();
      dense.assertNoMore();
      assertThat(total(application, "misses-total")).isZero();
    }
  }

  /** Waits until every partition has a task and every thread has one: assignment is stable. */
  private static void awaitBalanced(PromptStreamApplication application) {
    await().atMost(TIMEOUT).untilAsserted(() -> {
      List<Map<String, String>> tasks = application.metrics().keySet().stream()
          .filter(metric -> metric.group().equals(GROUP) && metric.name().equals("misses-total"))
          .map(MetricName::tags)
          .toList();
      assertThat(tasks).hasSize(PARTITIONS);
      assertThat(tasks.stream().map(tags -> tags.get("thread-id")).distinct()).hasSize(THREADS);
    });
  }

  private PromptStreamConfig config(String name, String input, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("application.id", name);
    settings.put("bootstrap.servers", services.bootstrapServers());
    settings.put("schema.registry.url", registry);
    settings.put("state.dir", state.resolve(name).toString());
    settings.put(PromptStreamConfig.CHECKPOINT, "seed:42");
    settings.put(PromptStreamConfig.DEVICE, "cpu");
    settings.put(PromptStreamConfig.WARM_UP, "0");
    settings.put(PromptStreamConfig.TOPICS_CREATE, "true");
    settings.put("promptstream.input.topic", input);
    settings.put("promptstream.sparse.topic", name + "-sparse");
    settings.put("promptstream.dense.topic", name + "-dense");
    settings.put("promptstream.errors.topic", name + "-errors");
    settings.put("promptstream.models.topic", name + "-models");
    settings.putAll(more);
    return PromptStreamConfig.of(settings);
  }

  /** Starts an application, which creates its output topics. */
  private PromptStreamApplication start(String name, String input, Map<String, String> more) {
    return PromptStreamApplication.start(config(name, input, more), Models.of(encoder));
  }

  private void createInput(String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", services.bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1)))
          .all()
          .get();
    }
  }

  /** Returns a reader from the beginning of a topic. */
  private TopicReader reader(String topic) {
    TopicReader reader = new TopicReader(services.bootstrapServers(), topic);
    reader.rewind();
    return reader;
  }

  private void send(String topic, int count, double masks) {
    Random random = new Random(3);
    try (Serde<PromptEvent> serde =
            AvroSerdes.promptEvent(Map.of("schema.registry.url", registry));
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                services.bootstrapServers(),
                // A new topic rejects the first requests.
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                1,
                ProducerConfig.LINGER_MS_CONFIG,
                20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        PromptEvent event = event(i, random, masks);
        byte[] value = serde.serializer().serialize(topic, event);
        byte[] key = event.getImageId().getBytes(UTF_8);
        var unused = producer.send(new ProducerRecord<>(topic, key, value));
      }
      producer.flush();
    }
  }

  private static PromptEvent event(int i, Random random, double masks) {
    PromptEvent.Builder event = Events.builder("event-" + i);
    List<Point> points = new ArrayList<>();
    int count = random.nextInt(6);
    for (int n = 0; n < count; n++) {
      PointLabel label = random.nextBoolean() ? PointLabel.FOREGROUND : PointLabel.BACKGROUND;
      points.add(new Point(640 * random.nextDouble(), 480 * random.nextDouble(), label));
    }
    event.setPoints(points);
    if (random.nextInt(3) == 0) {
      event.setBox(new Box(10.0 * random.nextDouble(), 5.0, 320 + random.nextDouble(), 400.5));
    }
    if (random.nextDouble() < masks) {
      ByteBuffer logits = ByteBuffer.allocate(2 * 256 * 256).order(ByteOrder.LITTLE_ENDIAN);
      for (int n = 0; n < 256 * 256; n++) {
        // float16 between 1 and 2, of either sign.
        logits.putShort((short) (0x3c00 | random.nextInt(1 << 10) | random.nextInt(2) << 15));
      }
      event.setMask(new LogitsMask(DataType.FLOAT16, 256, 256, logits.flip()));
    }
    return event.build();
  }

  /** Returns the fingerprints by partition, in the order of their offsets. */
  private static Map<Integer, List<Fingerprint>> fingerprints(TopicReader reader, int count) {
    Map<Integer, List<Fingerprint>> fingerprints = new HashMap<>();
    reader.forEach(
        count,
        record -> fingerprints
            .computeIfAbsent(record.partition(), unused -> new ArrayList<>())
            .add(fingerprint(record)));
    reader.assertNoMore();
    return fingerprints;
  }

  private static Fingerprint fingerprint(ConsumerRecord<byte[], byte[]> record) {
    CRC32C checksum = new CRC32C();
    checksum.update(record.value());
    return new Fingerprint(
        new String(record.key(), UTF_8),
        record.timestamp(),
        record.value().length,
        checksum.getValue());
  }

  private static double total(PromptStreamApplication application, String name) {
    return values(application, name).stream().mapToDouble(Double::doubleValue).sum();
  }

  private static double max(PromptStreamApplication application, String name) {
    return values(application, name).stream()
        .mapToDouble(Double::doubleValue)
        .max()
        .orElse(0);
  }

  private static List<Double> values(PromptStreamApplication application, String name) {
    List<Double> values = application.metrics().values().stream()
        .filter(metric -> metric.metricName().group().equals(GROUP))
        .filter(metric -> metric.metricName().name().equals(name))
        .map(metric -> (Double) metric.metricValue())
        .toList();
    assertThat(values).as(name).isNotEmpty();
    return values;
  }
}
