package io.promptstream.workbench.bench;

import org.HdrHistogram.Histogram;

/**
 * Latency percentiles of events sent at a fixed rate, in milliseconds.
 *
 * @param p50 median
 * @param p99 99th percentile
 * @param p999 99.9th percentile
 */
public record Latency(double p50, double p99, double p999) {
  private static final double MICROS_PER_MILLI = 1e3;

  /** Reads the percentiles of a histogram of microseconds. */
  static Latency of(Histogram micros) {
    return new Latency(
        micros.getValueAtPercentile(50) / MICROS_PER_MILLI,
        micros.getValueAtPercentile(99) / MICROS_PER_MILLI,
        micros.getValueAtPercentile(99.9) / MICROS_PER_MILLI);
  }
}
