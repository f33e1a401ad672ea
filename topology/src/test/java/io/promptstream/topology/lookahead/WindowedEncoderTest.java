package io.promptstream.topology.lookahead;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.EncodedEvent;
import io.promptstream.topology.encoding.EventEncoder;
import io.promptstream.topology.encoding.Models;
import io.promptstream.topology.errors.RejectedEventException;
import io.promptstream.topology.registry.SharedSerdes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class WindowedEncoderTest {
  private static final TopicPartition PARTITION = new TopicPartition("prompt-events", 0);
  private static final byte[] GARBAGE = {0, 0, 0};

  private static @Nullable PromptEncoder sam;

  private final PromptStreamConfig config = PromptStreamConfig.of(Map.of(
      "bootstrap.servers", "unused:1",
      "schema.registry.url", "mock://lookahead-test",
      "promptstream.checkpoint", "seed:42",
      "promptstream.device", "cpu"));
  private final Serde<PromptEvent> events = AvroSerdes.promptEvent(config.serdeProperties());
  private final SharedSerdes serdes = SharedSerdes.of(config);
  private final PolledEvents polled = new PolledEvents(PARTITION.topic());
  private final CountingEncoder encoder = new CountingEncoder(requireNonNull(sam));
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
  private final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
  private WindowedEncoder windows = windows(4, 2);

  @BeforeAll
  static void load() {
    sam = SamPromptEncoder.load(PromptStreamConfig.of(Map.of(
            "bootstrap.servers", "unused:1",
            "schema.registry.url", "mock://lookahead-test",
            "promptstream.checkpoint", "seed:42",
            "promptstream.device", "cpu"))
        .encoderOptions());
  }

  @AfterAll
  static void unload() {
    requireNonNull(sam).close();
  }

  @AfterEach
  void close() {
    windows.close();
    serdes.close();
    events.close();
  }

  @Test
  void shouldEncodeEventsThatWerePolledTogetherInOneCall() {
    poll(click("a"), click("b"), click("c"));

    assertThat(ids(encodeAll())).containsExactly("a", "b", "c");

    assertThat(encoder.calls).containsExactly(3);
    assertThat(metric("misses-total")).isEqualTo(0.0);
    assertThat(metric("hits-total")).isEqualTo(1.0);
    assertThat(metric("window-size-max")).isEqualTo(3.0);
  }

  @Test
  void shouldEncodeTheEventsOfEachModelInASeparateCall() {
    Map<String, PromptEncoder> both = new LinkedHashMap<>();
    CountingEncoder other = new CountingEncoder(requireNonNull(sam));
    both.put("first", encoder);
    both.put("other", other);
    windows = windows(new WindowLimits(8, 2), EventEncoder.of(config, Models.of(both), serdes));
    poll(click("a"), click("b", "other"), click("c"), click("d", "other"), click("e", "none"));

    assertThat(ids(List.of(encode(0), encode(1), encode(2), encode(3))))
        .containsExactly("a", "b", "c", "d");
    assertThatThrownBy(() -> encode(4)).hasMessageContaining("model is 'none'");
    assertThat(encoder.calls).containsExactly(2);
    assertThat(other.calls).containsExactly(2);
  }

  @Test
  void shouldNotPrepareMoreMasksOfOtherModelsThanAWindowMayHave() {
    Map<String, PromptEncoder> both = new LinkedHashMap<>();
    CountingEncoder other = new CountingEncoder(requireNonNull(sam));
    both.put("first", encoder);
    both.put("other", other);
    windows = windows(new WindowLimits(8, 2), EventEncoder.of(config, Models.of(both), serdes));
    byte[] mask = events
        .serializer()
        .serialize(
            PARTITION.topic(),
            PromptEvent.newBuilder(event("m", 1))
                .setModel("other")
                .setMask(
                    new LogitsMask(DataType.FLOAT16, 256, 256, ByteBuffer.allocate(2 * 256 * 256)))
                .build());
    poll(click("a"), mask, mask, mask, click("b"));

    encodeAll();

    // The click after the masks was not prepared: a window ends before preparation is expensive.
    assertThat(encoder.calls).containsExactly(1, 1);
    assertThat(other.calls).containsExactly(2, 1);
  }

  @Test
  void shouldEncodeASingleEventAtOnce() {
    poll(click("a"));

    assertThat(ids(encodeAll())).containsExactly("a");
    assertThat(encoder.calls).containsExactly(1);
  }

  @Test
  void shouldLimitThePromptsOfAWindow() {
    poll(click("a"), click("b"), click("c"), click("d"), click("e"));

    assertThat(ids(encodeAll())).containsExactly("a", "b", "c", "d", "e");
    assertThat(encoder.calls).containsExactly(4, 1);
  }

  @Test
  void shouldLimitTheMasksOfAWindow() {
    poll(masked("a"), click("b"), masked("c"), masked("d"), click("e"));

    assertThat(ids(encodeAll())).containsExactly("a", "b", "c", "d", "e");
    assertThat(encoder.calls).containsExactly(3, 2);
  }

  @Test
  void shouldLimitTheTokensOfAWindow() {
    poll(clicks("a", 20), clicks("b", 20), click("c"));

    assertThat(ids(encodeAll())).containsExactly("a", "b", "c");
    assertThat(encoder.calls).containsExactly(1, 2);
  }

  @Test
  void shouldEncodeAnEventThatIsLargerThanAWindowAlone() {
    poll(clicks("a", 900), click("b"));

    assertThat(ids(encodeAll())).containsExactly("a", "b");
    assertThat(encoder.calls).containsExactly(1, 1);
  }

  @Test
  void shouldRejectABadEventInItsOwnTurnAndEncodeItsNeighbors() {
    poll(click("a"), GARBAGE, click("b"));

    assertThat(encode(0).event().getPromptId()).isEqualTo("a");
    assertThatExceptionOfType(RejectedEventException.class).isThrownBy(() -> encode(1));
    assertThat(encode(2).event().getPromptId()).isEqualTo("b");
    assertThat(encoder.calls).containsExactly(2);
  }

  @Test
  void shouldTakeASkippedEventAndContinue() {
    poll(click("a"), click("b"), click("c"), click("d"), click("e"));

    windows.skip(0, records.get(0).value());
    assertThat(metric("live-events")).isEqualTo(4.0);
    assertThat(encode(1).event().getPromptId()).isEqualTo("b");
    windows.skip(2, records.get(2).value());
    assertThat(metric("live-events")).isEqualTo(2.0);

    assertThat(ids(List.of(encode(3), encode(4)))).containsExactly("d", "e");
    assertThat(encoder.calls).containsExactly(4);
    assertThat(metric("misses-total")).isEqualTo(0.0);
  }

  @Test
  void shouldRejectABadEventAtTheHeadOfAWindowAndContinue() {
    poll(GARBAGE, click("a"));

    assertThatExceptionOfType(RejectedEventException.class).isThrownBy(() -> encode(0));
    assertThat(encode(1).event().getPromptId()).isEqualTo("a");
  }

  @Test
  void shouldNotRejectAnEventWhoseSchemaIsNotAvailableNow() {
    byte[] elsewhere = events.serializer().serialize("prompt-events", event("b", 1));
    PromptStreamConfig unreachable = PromptStreamConfig.of(Map.of(
        "bootstrap.servers", "unused:1",
        "schema.registry.url", "http://127.0.0.1:1",
        "promptstream.registry.timeout.ms", "100",
        "promptstream.registry.unknown.schema.grace.ms", "0",
        "promptstream.checkpoint", "seed:42"));
    windows.close();
    try (SharedSerdes cold = SharedSerdes.of(unreachable)) {
      windows =
          windows(new WindowLimits(4, 2), EventEncoder.of(unreachable, Models.of(encoder), cold));
      poll(elsewhere, elsewhere);

      assertThatExceptionOfType(RuntimeException.class)
          .isThrownBy(() -> encode(0))
          .isNotInstanceOf(RejectedEventException.class);
    }
  }

  @Test
  void shouldThrowAFailureOfTheDeviceForTheCurrentEvent() {
    poll(click("a"), click("b"));
    encoder.device = prompts -> {
      throw new EngineException("out of memory");
    };

    assertThatExceptionOfType(EngineException.class).isThrownBy(() -> encode(0));
  }

  @Test
  void shouldEncodeAnEventThatWasNotNotedAloneAndCountIt() {
    records.add(record(0, click("a")));

    assertThat(encode(0).event().getPromptId()).isEqualTo("a");
    assertThat(encoder.calls).containsExactly(1);
    assertThat(metric("misses-total")).isEqualTo(1.0);
  }

  @Test
  void shouldEncodeEachEventAloneWhenLookAheadIsDisabled() {
    windows.close();
    windows = windows(0, 1);
    poll(click("a"), click("b"));

    assertThat(ids(encodeAll())).containsExactly("a", "b");
    assertThat(encoder.calls).containsExactly(1, 1);
    assertThat(metric("misses-total")).isEqualTo(0.0);
  }

  @Test
  void shouldLeaveNothingBehindWhenItIsClosed() {
    poll(click("a"), click("b"), click("c"));
    encode(0);

    windows.close();

    assertThat(polled.size()).isZero();
    assertThat(context.metrics().metrics().keySet())
        .noneMatch(name -> name.group().equals(LookAheadMetrics.GROUP));
  }

  @Test
  void shouldReturnTheSameEmbeddingsAsOneCallForEachEvent() {
    poll(click("a"), masked("b"), clicks("c", 5), click("d"));
    List<EncodedEvent> together = encodeAll();
    windows.close();
    windows = windows(0, 1);
    List<EncodedEvent> alone = encodeAll();

    for (int i = 0; i < alone.size(); i++) {
      assertThat(together.get(i).embeddings().sparse())
          .isEqualTo(alone.get(i).embeddings().sparse());
    }
  }

  private WindowedEncoder windows(int maxPrompts, int maxMasks) {
    return windows(
        new WindowLimits(maxPrompts, maxMasks),
        EventEncoder.of(config, Models.of(encoder), serdes));
  }

  private WindowedEncoder windows(WindowLimits limits, EventEncoder eventEncoder) {
    AdaptiveLimit adaptiveLimit = new AdaptiveLimit(limits, System::nanoTime);
    return new WindowedEncoder(
        polled,
        adaptiveLimit,
        PARTITION,
        eventEncoder,
        new LookAheadMetrics(context, polled, adaptiveLimit));
  }

  private void poll(byte[]... values) {
    for (byte[] value : values) {
      records.add(record(records.size(), value));
    }
    polled.note(new ConsumerRecords<>(Map.of(PARTITION, records), Map.of()));
  }

  private static ConsumerRecord<byte[], byte[]> record(int offset, byte[] value) {
    return new ConsumerRecord<>(PARTITION.topic(), 0, offset, new byte[0], value);
  }

  private EncodedEvent encode(int offset) {
    return windows.encode(offset, records.get(offset).value());
  }

  private List<EncodedEvent> encodeAll() {
    List<EncodedEvent> encoded = new ArrayList<>();
    for (int offset = 0; offset < records.size(); offset++) {
      encoded.add(encode(offset));
    }
    return encoded;
  }

  private static List<String> ids(List<EncodedEvent> encoded) {
    return encoded.stream().map(event -> event.event().getPromptId()).toList();
  }

  private Object metric(String name) {
    return context.metrics().metrics().values().stream()
        .filter(metric -> metric.metricName().name().equals(name))
        .filter(metric -> metric.metricName().group().equals(LookAheadMetrics.GROUP))
        .findFirst()
        .orElseThrow()
        .metricValue();
  }

  private byte[] click(String id) {
    return clicks(id, 1);
  }

  private byte[] click(String id, String model) {
    PromptEvent event = PromptEvent.newBuilder(event(id, 1)).setModel(model).build();
    return events.serializer().serialize(PARTITION.topic(), event);
  }

  private byte[] clicks(String id, int count) {
    return events.serializer().serialize(PARTITION.topic(), event(id, count));
  }

  private byte[] masked(String id) {
    PromptEvent event = PromptEvent.newBuilder(event(id, 1))
        .setMask(new LogitsMask(DataType.FLOAT16, 256, 256, ByteBuffer.allocate(2 * 256 * 256)))
        .build();
    return events.serializer().serialize(PARTITION.topic(), event);
  }

  private static PromptEvent event(String id, int points) {
    return PromptEvent.newBuilder()
        .setPromptId(id)
        .setImageId("image")
        .setPoints(Collections.nCopies(points, new Point(1.0, 2.0, PointLabel.FOREGROUND)))
        .build();
  }
}
