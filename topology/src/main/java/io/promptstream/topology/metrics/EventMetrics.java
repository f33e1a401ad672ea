package io.promptstream.topology.metrics;

import static java.util.Objects.requireNonNull;

import io.promptstream.encoder.FramedPrompt;
import io.promptstream.topology.errors.ErrorCode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.apache.kafka.streams.StreamsMetrics;

/**
 * What happened to the events of one application, in the metrics registry of Kafka Streams: group
 * {@value #GROUP}. All tasks share the counters, because the sum over tasks would decrease when a
 * task moves to another instance.
 */
public final class EventMetrics {
  private static final String GROUP = "promptstream-metrics";

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MILLIS_PER_SECOND = 1e3;

  private final LongAdder encoded = new LongAdder();
  private final Map<ErrorCode, LongAdder> rejected = new EnumMap<>(ErrorCode.class);
  private final LongAdder tokens = new LongAdder();
  private final LongAdder masks = new LongAdder();
  private final LongAdder masksAlone = new LongAdder();
  private final Histogram age = new Histogram(
      0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200);
  private final Histogram encodeTime =
      new Histogram(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60);
  private final Histogram windowSize = new Histogram(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024);
  private final LongSupplier lookUps;
  private final LongSupplier failedLookUps;

  /**
   * Creates metrics without any event.
   *
   * @param lookUps number of schemas that the registry returned to events
   * @param failedLookUps number of schemas that it did not return
   */
  public EventMetrics(LongSupplier lookUps, LongSupplier failedLookUps) {
    this.lookUps = lookUps;
    this.failedLookUps = failedLookUps;
    for (ErrorCode code : ErrorCode.values()) {
      rejected.put(code, new LongAdder());
    }
  }

  /**
   * Counts the prompts of one call of the encoder.
   *
   * @param nanos duration of the call
   */
  public void window(List<FramedPrompt> prompts, long nanos) {
    windowSize.record(prompts.size());
    encodeTime.record(nanos / NANOS_PER_SECOND);
    for (FramedPrompt prompt : prompts) {
      tokens.add(prompt.tokens());
      if (prompt.mask() != null) {
        masks.increment();
        masksAlone.add(IntStream.of(prompt.labels()).allMatch(label -> label < 0) ? 1 : 0);
      }
    }
  }

  /**
   * Counts an event that is encoded.
   *
   * @param timestamp of the event, in milliseconds since 1970
   */
  public void encoded(long timestamp) {
    encoded.increment();
    // Clocks differ: an event may come from the future.
    age.record(Math.max(0, System.currentTimeMillis() - timestamp) / MILLIS_PER_SECOND);
  }

  /** Counts an event that is rejected. */
  public void rejected(ErrorCode code) {
    requireNonNull(rejected.get(code)).increment();
  }

  /** Registers the metrics; does nothing for later tasks, because a sensor keeps its metrics. */
  public void register(StreamsMetrics registry) {
    Sensor sensor = registry.addSensor("promptstream.events", RecordingLevel.INFO);
    String events = "Events by outcome; rejected ones by error code.";
    add(sensor, "events-total", events, Map.of("outcome", "encoded"), encoded::sum);
    rejected.forEach((code, count) -> add(
        sensor,
        "events-total",
        events,
        Map.of("outcome", "rejected", "code", code.name()),
        count::sum));
    add(sensor, "tokens-total", "Tokens of sparse embeddings.", Map.of(), tokens::sum);
    add(sensor, "masks-total", "Masks that were encoded.", Map.of(), masks::sum);
    add(
        sensor,
        "masks-alone-total",
        "Masks without points or box, which the models were hardly trained for.",
        Map.of(),
        masksAlone::sum);
    String schemas = "Schemas of events that were requested from the registry.";
    String name = "registry-lookups-total";
    add(sensor, name, schemas, Map.of("outcome", "success"), lookUps::getAsLong);
    add(sensor, name, schemas, Map.of("outcome", "failure"), failedLookUps::getAsLong);
    add(sensor, "event-age-seconds", "Time from an event's timestamp until it is encoded.", age);
    add(sensor, "encode-seconds", "Time of one call of the encoder.", encodeTime);
    add(sensor, "window-events", "Events that were encoded in one call.", windowSize);
  }

  private static void add(Sensor sensor, String name, String description, Histogram histogram) {
    for (int i = 0; i < histogram.buckets(); i++) {
      int bucket = i;
      Map<String, String> bound = Map.of("le", histogram.bound(bucket));
      add(sensor, name + "-bucket", description, bound, () -> histogram.count(bucket));
    }
    add(sensor, name + "-sum", description, Map.of(), histogram::sum);
    add(sensor, name + "-count", description, Map.of(), histogram::count);
  }

  /** Adds a metric of our group to a sensor. */
  public static void add(
      Sensor sensor,
      String name,
      String description,
      Map<String, String> tags,
      DoubleSupplier value) {
    sensor.add(new MetricName(name, GROUP, description, tags), new Gauge(value));
  }
}
