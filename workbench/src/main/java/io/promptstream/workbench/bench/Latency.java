package io.promptstream.workbench.bench;

import java.util.Arrays;

/**
 * How long events took in one run at a fixed rate, in milliseconds.
 *
 * @param p50 half of the events took no longer
 * @param p99 99 of 100 took no longer
 * @param p999 999 of 1000 took no longer
 */
public record Latency(double p50, double p99, double p999) {
  /**
   * Takes percentiles by the nearest rank, so that each is a time that an event took.
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
