package io.promptstream.topology.metrics;

import java.util.Arrays;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts values in cumulative buckets, as Prometheus' histograms do; for many threads. */
final class Histogram {
  private final double[] bounds;
  private final LongAdder[] counts;
  private final DoubleAdder sum = new DoubleAdder();

  /**
   * Creates an empty histogram.
   *
   * @param bounds inclusive upper bounds of the buckets, ascending; one more bucket has no bound
   */
  Histogram(double... bounds) {
    this.bounds = bounds.clone();
    counts = Stream.generate(LongAdder::new).limit(bounds.length + 1).toArray(LongAdder[]::new);
  }

  void record(double value) {
    int bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) {
      bucket++;
    }
    counts[bucket].increment();
    sum.add(value);
  }

  int buckets() {
    return counts.length;
  }

  String bound(int bucket) {
    return bucket < bounds.length ? Double.toString(bounds[bucket]) : "+Inf";
  }

  /** Returns the number of values in a bucket and all buckets before it. */
  double count(int bucket) {
    return Arrays.stream(counts, 0, bucket + 1).mapToLong(LongAdder::sum).sum();
  }

  double count() {
    return count(bounds.length);
  }

  double sum() {
    return sum.sum();
  }
}
