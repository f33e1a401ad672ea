package io.promptstream.topology.lookahead;

import io.promptstream.topology.metrics.Gauge;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.MeasurableStat;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.apache.kafka.common.metrics.stats.Avg;
import org.apache.kafka.common.metrics.stats.CumulativeSum;
import org.apache.kafka.common.metrics.stats.Max;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/**
 * The metrics of look-ahead in the registry of Kafka Streams: group {@value #GROUP}, one set for
 * each task. All but the gauges are updated at each call of the encoder.
 */
final class LookAheadMetrics implements AutoCloseable {
  static final String GROUP = "promptstream-lookahead-metrics";

  private static final double NANOS_PER_MILLI = 1e6;

  private final BiFunction<String, RecordingLevel, Sensor> addSensor;
  private final Consumer<Sensor> removeSensor;
  private final String task;
  private final Map<String, String> tags;
  private final List<Sensor> sensors = new ArrayList<>();
  private final Sensor windowSize;
  private final Sensor encodeTime;
  private final Sensor hits;
  private final Sensor misses;
  private final Sensor halved;
  private long newHits;

  LookAheadMetrics(ProcessingContext context, PolledEvents polled, AdaptiveLimit adaptiveLimit) {
    this(
        context.metrics()::addSensor,
        context.metrics()::removeSensor,
        context.taskId(),
        polled,
        adaptiveLimit);
  }

  /** Adds the metrics to a registry that is not that of Kafka Streams. */
  LookAheadMetrics(Metrics registry, TaskId id, PolledEvents polled, AdaptiveLimit adaptiveLimit) {
    this(
        registry::sensor,
        sensor -> registry.removeSensor(sensor.name()),
        id,
        polled,
        adaptiveLimit);
  }

  private LookAheadMetrics(
      BiFunction<String, RecordingLevel, Sensor> addSensor,
      Consumer<Sensor> removeSensor,
      TaskId taskId,
      PolledEvents polled,
      AdaptiveLimit adaptiveLimit) {
    this.addSensor = addSensor;
    this.removeSensor = removeSensor;
    String thread = Thread.currentThread().getName();
    task = thread + '.' + taskId;
    tags = Map.of("thread-id", thread, "task-id", taskId.toString());
    windowSize = sensor("window-size");
    add(windowSize, "window-size-avg", "Events encoded in one call, on average.", new Avg());
    add(windowSize, "window-size-max", "Events encoded in one call, at most.", new Max());
    encodeTime = sensor("encode-time");
    add(encodeTime, "encode-time-avg", "Milliseconds of one call, on average.", new Avg());
    add(encodeTime, "encode-time-max", "Milliseconds of one call, at most.", new Max());
    add(encodeTime, "encode-time-total", "Milliseconds of all calls.", new CumulativeSum());
    hits = sensor("hits");
    add(hits, "hits-total", "Events that were noted when they were polled.", new CumulativeSum());
    misses = sensor("misses");
    add(
        misses,
        "misses-total",
        "Events that were not noted, and were encoded alone.",
        new CumulativeSum());
    halved = sensor("window-halved");
    add(
        halved,
        "window-halved-total",
        "Windows that were halved because the device failed for them.",
        new CumulativeSum());
    add(
        sensor("window-limit"),
        "window-limit",
        "Maximum number of events that this instance encodes in one call now.",
        new Gauge(adaptiveLimit::events));
    add(
        sensor("live-events"),
        "live-events",
        "Events of this instance that are noted and not yet processed.",
        new Gauge(polled::size));
  }

  private Sensor sensor(String name) {
    Sensor sensor = addSensor.apply("promptstream." + task + '.' + name, RecordingLevel.INFO);
    sensors.add(sensor);
    return sensor;
  }

  private void add(Sensor sensor, String name, String description, MeasurableStat stat) {
    sensor.add(new MetricName(name, GROUP, description, tags), stat);
  }

  void hit() {
    newHits++;
  }

  void missed() {
    misses.record();
  }

  void halved() {
    halved.record();
  }

  /** Calls the encoder and measures the time; a failed call is not counted. */
  <T> T call(int events, Supplier<T> encode) {
    long start = System.nanoTime();
    T result = encode.get();
    encodeTime.record((System.nanoTime() - start) / NANOS_PER_MILLI);
    windowSize.record(events);
    recordHits();
    return result;
  }

  private void recordHits() {
    hits.record((double) newHits);
    newHits = 0;
  }

  @Override
  public void close() {
    sensors.forEach(removeSensor);
  }
}
