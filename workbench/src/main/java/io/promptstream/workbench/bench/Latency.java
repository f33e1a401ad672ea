package io.promptstream.workbench.bench;

import org.HdrHistogram.Histogram;

/**
 * Latency percentiles of one run at a fixed rate, in milliseconds.
 *
 * @param p50 median
 * @param p99 99th percentile
 * @param p999 99.9th percentile
 */
public record Latency(double p50, double p99, double p999) {
  /** Reads the percentiles of a histogram of milliseconds. */
  static Latency of(Histogram millis) {
    return new Latency(
        millis.getValueAtPercentile(50),
        millis.getValueAtPercentile(99),
        millis.getValueAtPercentile(99.9));
  }
}
