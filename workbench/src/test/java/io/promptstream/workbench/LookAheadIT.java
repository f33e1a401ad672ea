package io.promptstream.workbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.schemas.Box;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.Mask;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.app.PromptStreamApplication;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.LocalPipeline.Options;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Look-ahead on a real broker: the same results as without, and nothing missed. */
final class LookAheadIT {
  private static final String GROUP = "promptstream-lookahead-metrics";

  @TempDir
  private Path state;

  /** What one record is, down to its bytes. */
  private record Fingerprint(String key, long timestamp, int length, long checksum) {}

  @Test
  void shouldWriteTheSameBytesAsRecordAtATime() throws Exception {
    int count = 10_000;
    try (LocalPipeline pipeline = LocalPipeline.start(Options.with(settings(Map.of())));
        TopicReader sparse = reader(pipeline, pipeline.config().sparseTopic());
        TopicReader dense = reader(pipeline, pipeline.config().denseTopic());
        PromptStreamApplication alone = startAlone(pipeline);
        TopicReader sparseAlone = reader(pipeline, "alone-sparse");
        TopicReader denseAlone = reader(pipeline, "alone-dense")) {
      send(pipeline, count, 0.1);

      assertThat(fingerprints(sparse, count)).isEqualTo(fingerprints(sparseAlone, count));
      assertThat(fingerprints(dense, count)).isEqualTo(fingerprints(denseAlone, count));
      assertThat(total(pipeline.application(), "misses-total")).isZero();
      assertThat(max(pipeline.application(), "window-size-max")).isGreaterThan(10);
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
    Map<String, String> settings = Map.of(
        "num.stream.threads", "3",
        "group.protocol", protocol,
        "processing.guarantee", guarantee);
    try (LocalPipeline pipeline = LocalPipeline.start(Options.with(settings(settings)));
        TopicReader sparse = reader(pipeline, pipeline.config().sparseTopic());
        TopicReader dense = reader(pipeline, pipeline.config().denseTopic())) {
      send(pipeline, count, 0.01);

      assertThat(sparse.read(count)).hasSize(count);
      assertThat(dense.read(count)).hasSize(count);
      sparse.assertNoMore();
      dense.assertNoMore();
      assertThat(total(pipeline.application(), "misses-total")).isZero();
    }
  }

  private static Map<String, String> settings(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>();
    settings.put(PromptStreamConfig.CHECKPOINT, "seed:42");
    settings.put(PromptStreamConfig.DEVICE, "cpu");
    settings.put(PromptStreamConfig.TOPICS_PARTITIONS, "4");
    settings.putAll(more);
    return settings;
  }

  /** A second application on the same events, which encodes each by itself. */
  private PromptStreamApplication startAlone(LocalPipeline pipeline) {
    Map<String, String> settings = settings(Map.of());
    settings.put("application.id", "alone");
    settings.put("bootstrap.servers", pipeline.bootstrapServers());
    settings.put("schema.registry.url", pipeline.registryUrl());
    settings.put("state.dir", state.toString());
    settings.put("promptstream.topics.create", "true");
    settings.put("promptstream.sparse.topic", "alone-sparse");
    settings.put("promptstream.dense.topic", "alone-dense");
    settings.put("promptstream.errors.topic", "alone-errors");
    settings.put(PromptStreamConfig.LOOKAHEAD_MAX_PROMPTS, "0");
    return PromptStreamApplication.start(
        PromptStreamConfig.of(settings), Models.of(pipeline.encoder()));
  }

  private static TopicReader reader(LocalPipeline pipeline, String topic) {
    return new TopicReader(pipeline.bootstrapServers(), topic);
  }

  private static void send(LocalPipeline pipeline, int count, double masks) {
    Random random = new Random(3);
    String topic = pipeline.config().inputTopic();
    try (Serde<PromptEvent> serde = AvroSerdes.promptEvent(pipeline.config().serdeProperties());
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                pipeline.bootstrapServers(),
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
      event.setMask(new Mask(DataType.FLOAT16, 256, 256, logits.flip()));
    }
    return event.build();
  }

  /** By partition, in the order of their offsets. */
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
