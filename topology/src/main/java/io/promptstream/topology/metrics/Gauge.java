package io.promptstream.topology.metrics;

import java.util.function.DoubleSupplier;
import org.apache.kafka.common.metrics.MeasurableStat;
import org.apache.kafka.common.metrics.MetricConfig;

/**
 * A value that is read when it is measured; nothing is recorded. A stream thread only updates its
 * own counter, which is cheaper than Kafka's sensors: they lock and read the clock.
 */
public record Gauge(DoubleSupplier value) implements MeasurableStat {
  @Override
  public double measure(MetricConfig config, long now) {
    return value.getAsDouble();
  }

  @Override
  public void record(MetricConfig config, double value, long now) {}
}
