package io.promptstream.application.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.schemas.DataType;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.Tensor;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.config.TopicNames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchLinesTest {
  private static final TopicNames TOPICS =
      new TopicNames("in", "sparse", "dense", "errors", "models", "actions");
  private static final Map<String, String> REGISTRY =
      Map.of("schema.registry.url", "mock://watch-lines");

  private final WatchLines lines = new WatchLines(TOPICS, REGISTRY, 1000);

  @AfterEach
  void close() {
    lines.close();
  }

  private static ConsumerRecord<byte[], byte[]> record(
      String topic, TimestampType type, long timestamp, byte @Nullable [] value, Headers headers) {
    return new ConsumerRecord<>(
        topic,
        3,
        42,
        timestamp,
        type,
        5,
        value == null ? -1 : value.length,
        "key\u001b[31m".getBytes(StandardCharsets.UTF_8),
        value,
        headers,
        Optional.empty());
  }

  private static ConsumerRecord<byte[], byte[]> record(String topic, byte @Nullable [] value) {
    return record(topic, TimestampType.CREATE_TIME, 1500, value, new RecordHeaders());
  }

  private static byte[] sparse(String promptId) {
    Tensor tokens = new Tensor(DataType.FLOAT32, List.of(2, 1), ByteBuffer.allocate(8));
    return AvroSerdes.sparseEmbedding(REGISTRY)
        .serializer()
        .serialize(
            "sparse",
            SparseEmbedding.newBuilder()
                .setPromptId(promptId)
                .setImageId("truck.jpg")
                .setModelId("m")
                .setEmbedding(tokens)
                .build());
  }

  @Test
  void shouldDescribeASparseEmbedding() {
    byte[] value = sparse("p1");

    assertThat(lines.describe(record("sparse", value), 1512))
        .isEqualTo("3/42 sparse prompt=p1 image=truck.jpg tokens=2 %d B 12 ms", value.length);
  }

  @Test
  void shouldDescribeADenseEmbedding() {
    Tensor values = new Tensor(DataType.FLOAT32, List.of(1), ByteBuffer.allocate(4));
    DenseEmbedding embedding = DenseEmbedding.newBuilder()
        .setPromptId("p1")
        .setImageId("truck.jpg")
        .setModelId("m")
        .setShape(List.of(1, 1, 1))
        .setEncoding(DenseEncoding.NO_MASK)
        .setValues(values)
        .build();
    byte[] value = AvroSerdes.denseEmbedding(REGISTRY).serializer().serialize("dense", embedding);

    assertThat(lines.describe(record("dense", value), 1512))
        .isEqualTo(
            "3/42 dense prompt=p1 image=truck.jpg encoding=NO_MASK %d B 12 ms", value.length);
  }

  @Test
  void shouldDescribeAnErrorByItsHeaders() {
    Headers headers = new RecordHeaders();
    headers.add("promptstream.error.code", "OUT_OF_IMAGE".getBytes(StandardCharsets.UTF_8));
    headers.add(
        "__streams.errors.message", "points[0].x is 9000.0".getBytes(StandardCharsets.UTF_8));
    headers.add("__streams.errors.partition", "1".getBytes(StandardCharsets.UTF_8));
    headers.add("__streams.errors.offset", "17".getBytes(StandardCharsets.UTF_8));

    assertThat(lines.describe(
            record("errors", TimestampType.CREATE_TIME, 1500, new byte[3], headers), 1512))
        .isEqualTo(
            "3/42 error OUT_OF_IMAGE key=key\\u001b[31m event=1/17: points[0].x is 9000.0 3 B 12"
                + " ms");
  }

  @Test
  void shouldDescribeAnUnreadableRecord() {
    assertThat(lines.describe(record("sparse", new byte[] {9, 9, 9}), 1512))
        .startsWith("3/42 sparse cannot be read: ");
  }

  @Test
  void shouldDescribeARecordWithoutAValue() {
    assertThat(lines.describe(record("dense", null), 1512))
        .isEqualTo("3/42 dense without a value 0 B 12 ms");
  }

  @Test
  void shouldEscapeControlCharacters() {
    assertThat(lines.describe(record("sparse", sparse("\u001b]0;owned\u0007\n")), 1512))
        .contains("prompt=\\u001b]0;owned\\u0007\\u000a ");
  }

  @Test
  void shouldNotShowALatencyForAnOldEvent() {
    assertThat(lines.describe(
            record("dense", TimestampType.CREATE_TIME, 999, null, new RecordHeaders()), 1512))
        .endsWith(" - ms");
  }

  @Test
  void shouldNotShowALatencyIfTheBrokerReplacedTheTimestamp() {
    assertThat(lines.describe(
            record("dense", TimestampType.LOG_APPEND_TIME, 1500, null, new RecordHeaders()), 1512))
        .endsWith(" - ms");
  }
}
