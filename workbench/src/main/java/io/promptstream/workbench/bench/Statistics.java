package io.promptstream.workbench.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.ToDoubleFunction;

/**
 * Median and range of one figure over the rounds.
 *
 * @param median the middle value, or the mean of the two in the middle
 * @param min the smallest
 * @param max the largest
 */
public record Statistics(double median, double min, double max) {
  /**
   * Summarises values in any order.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Statistics of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no values");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Statistics(median, sorted[0], sorted[sorted.length - 1]);
  }

  /** Summarises one figure of several measurements. */
  static <T> Statistics of(Collection<T> measurements, ToDoubleFunction<T> figure) {
    return of(measurements.stream().mapToDouble(figure).toArray());
  }
}
