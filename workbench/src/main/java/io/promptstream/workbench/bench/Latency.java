package io.promptstream.workbench.bench;

import java.util.Arrays;

/**
 * Latency percentiles of one run at a fixed rate, in milliseconds.
 *
 * @param p50 median
 * @param p99 99th percentile
 * @param p999 99.9th percentile
 */
public record Latency(double p50, double p99, double p999) {
  /**
   * Computes percentiles by nearest rank, so that each is the latency of an actual event.
   *
   * @throws IllegalArgumentException if there are no values
   */
  static Latency of(long[] millis) {
    if (millis.length == 0) {
      throw new IllegalArgumentException("no values");
    }
    long[] sorted = millis.clone();
    Arrays.sort(sorted);
    return new Latency(rank(sorted, 0.5), rank(sorted, 0.99), rank(sorted, 0.999));
  }

  private static double rank(long[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
