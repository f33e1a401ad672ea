package io.promptstream.topology.lookahead;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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

/** Tests devices that fail for a window, with windows of at most 8 events. */
final class DeviceFailuresTest {
  private static final TopicPartition PARTITION = new TopicPartition("prompt-events", 0);
  private static final WindowLimits LIMITS = new WindowLimits(8, 8);
  private static final int POISON_POINTS = 20;

  private static final PromptStreamConfig CONFIG = PromptStreamConfig.of(Map.of(
      "bootstrap.servers", "unused:1",
      "schema.registry.url", "mock://device-failures-test",
      "promptstream.checkpoint", "seed:42",
      "promptstream.device", "cpu"));

  private static @Nullable PromptEncoder sam;

  private long clock;

  private final Serde<PromptEvent> events = AvroSerdes.promptEvent(CONFIG.serdeProperties());
  private final SharedSerdes serdes = SharedSerdes.of(CONFIG);
  private final CountingEncoder encoder = new CountingEncoder(requireNonNull(sam));
  private final PolledEvents polled = new PolledEvents(PARTITION.topic());
  private final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
  private final AdaptiveLimit adaptiveLimit = new AdaptiveLimit(LIMITS, () -> clock);
  private final WindowedEncoder windows = windows(PARTITION, context);
  private final List<byte[]> values = new ArrayList<>();

  @BeforeAll
  static void load() {
    sam = SamPromptEncoder.load(CONFIG.encoderOptions());
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

  private WindowedEncoder windows(
      TopicPartition partition, MockProcessorContext<Void, Void> context) {
    return new WindowedEncoder(
        polled,
        adaptiveLimit,
        partition,
        EventEncoder.of(CONFIG, Models.of(encoder), serdes),
        new LookAheadMetrics(context, polled, adaptiveLimit));
  }

  @Test
  void shouldHalveAWindowUntilTheDeviceCanEncodeIt() {
    poll(clicks(10));
    failAbove(3);

    assertThat(encode(0, 10)).containsExactlyElementsOf(ids(10));

    assertThat(encoder.calls).containsExactly(8, 4, 2, 2, 2, 2, 2);
    assertThat(metric("window-halved-total")).isEqualTo(2.0);
    assertThat(metric("window-limit")).isEqualTo(2.0);
  }

  @Test
  void shouldEncodeLargerWindowsAgainAfterSomeTime() {
    poll(clicks(24));
    failAbove(2);
    encode(0, 2);
    encoder.device = prompts -> {};
    encoder.calls.clear();

    clock += AdaptiveLimit.INTERVAL.toNanos() - 1;
    encode(2, 4);
    clock += 1;
    encode(4, 8);
    clock += 3 * AdaptiveLimit.INTERVAL.toNanos();
    encode(8, 24);

    assertThat(encoder.calls).containsExactly(2, 4, 8, 8);
    assertThat(metric("window-limit")).isEqualTo(8.0);
  }

  @Test
  void shouldKeepTheLimitWhenALargerWindowFailsAgain() {
    poll(clicks(12));
    failAbove(2);
    encode(0, 4);
    encoder.calls.clear();

    clock += AdaptiveLimit.INTERVAL.toNanos();
    encode(4, 12);

    assertThat(encoder.calls).containsExactly(4, 2, 2, 2, 2);
  }

  @Test
  void shouldShareTheLimitBetweenTasks() {
    TopicPartition other = new TopicPartition(PARTITION.topic(), 1);
    List<byte[]> others = clicks(8);
    poll(clicks(8));
    poll(other, others);
    failAbove(4);
    encode(0, 8);
    encoder.calls.clear();

    try (WindowedEncoder its = windows(other, new MockProcessorContext<>())) {
      its.encode(0, others.get(0));
    }

    assertThat(encoder.calls).containsExactly(4);
  }

  @Test
  void shouldEncodeEachEventAloneWhenTheDeviceFailsForMore() {
    poll(clicks(5));
    failAbove(1);

    assertThat(encode(0, 5)).containsExactlyElementsOf(ids(5));

    assertThat(encoder.calls).containsExactly(5, 2, 1, 1, 1, 1, 1);
  }

  @Test
  void shouldHalveAWindowWhoseMasksAreTooLargeForTheDevice() {
    poll(List.of(masked("0"), masked("1"), masked("2"), masked("3")));
    encoder.device = prompts ->
        failIf(prompts.stream().filter(prompt -> prompt.mask() != null).count() > 1);

    assertThat(encode(0, 4)).containsExactlyElementsOf(ids(4));

    assertThat(encoder.calls).containsExactly(4, 2, 1, 1, 1, 1);
  }

  @Test
  void shouldContinueAfterAFailureThatDoesNotRepeat() {
    poll(clicks(8));
    encoder.device = prompts -> failIf(encoder.calls.size() == 1);

    assertThat(encode(0, 8)).containsExactlyElementsOf(ids(8));

    assertThat(encoder.calls).containsExactly(8, 4, 4);
  }

  @Test
  void shouldFailOnlyForTheEventThatFailsAlone() {
    List<byte[]> some = new ArrayList<>(clicks(8));
    some.set(5, points("5", POISON_POINTS));
    poll(some);
    encoder.device =
        prompts -> failIf(prompts.stream().anyMatch(prompt -> prompt.tokens() > POISON_POINTS));

    assertThat(encode(0, 5)).containsExactlyElementsOf(ids(5));
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> encode(5, 6))
        .withMessage("out of memory");
  }

  @Test
  void shouldRejectABadEventInItsOwnTurnDespiteAFailure() {
    List<byte[]> some = new ArrayList<>(clicks(8));
    some.set(5, new byte[] {0, 0, 0});
    poll(some);
    failAbove(3);

    assertThat(encode(0, 5)).containsExactlyElementsOf(ids(5));
    assertThatExceptionOfType(RejectedEventException.class).isThrownBy(() -> encode(5, 6));
    assertThat(encode(6, 8)).containsExactly("6", "7");
  }

  @Test
  void shouldNotRetryAfterAnErrorOfTheVirtualMachine() {
    poll(clicks(8));
    encoder.device = prompts -> {
      throw new OutOfMemoryError("Java heap space");
    };

    assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> encode(0, 1));

    assertThat(encoder.calls).containsExactly(8);
  }

  @Test
  void shouldNotRetryAfterAFailureThatIsNotCausedByTheDevice() {
    poll(clicks(8));
    encoder.device = prompts -> {
      throw new IllegalStateException("The encoder is closed");
    };

    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> encode(0, 1));

    assertThat(encoder.calls).containsExactly(8);
  }

  private void failAbove(int prompts) {
    encoder.device = window -> failIf(window.size() > prompts);
  }

  private static void failIf(boolean condition) {
    if (condition) {
      throw new EngineException("out of memory");
    }
  }

  private void poll(List<byte[]> polledValues) {
    poll(PARTITION, polledValues);
    values.addAll(polledValues);
  }

  private void poll(TopicPartition partition, List<byte[]> polledValues) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (byte[] value : polledValues) {
      records.add(new ConsumerRecord<>(
          partition.topic(), partition.partition(), records.size(), new byte[0], value));
    }
    polled.note(new ConsumerRecords<>(Map.of(partition, records), Map.of()));
  }

  /** Processes the events from one offset to before another, and returns their ids. */
  private List<String> encode(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(offset -> windows.encode(offset, values.get(offset)))
        .map(EncodedEvent::event)
        .map(PromptEvent::getPromptId)
        .toList();
  }

  private Object metric(String name) {
    return context.metrics().metrics().values().stream()
        .filter(metric -> metric.metricName().name().equals(name))
        .filter(metric -> metric.metricName().group().equals(LookAheadMetrics.GROUP))
        .findFirst()
        .orElseThrow()
        .metricValue();
  }

  private static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  private List<byte[]> clicks(int count) {
    return ids(count).stream().map(id -> points(id, 1)).toList();
  }

  private byte[] points(String id, int count) {
    return events.serializer().serialize(PARTITION.topic(), event(id, count).build());
  }

  private byte[] masked(String id) {
    LogitsMask mask =
        new LogitsMask(DataType.FLOAT16, 256, 256, ByteBuffer.allocate(2 * 256 * 256));
    return events
        .serializer()
        .serialize(PARTITION.topic(), event(id, 1).setMask(mask).build());
  }

  private static PromptEvent.Builder event(String id, int points) {
    return PromptEvent.newBuilder()
        .setPromptId(id)
        .setImageId("image")
        .setPoints(Collections.nCopies(points, new Point(1.0, 2.0, PointLabel.FOREGROUND)));
  }
}
