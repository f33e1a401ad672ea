package io.promptstream.workbench.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Events done and CPU time used over the course of a run. */
final class Curve {
  /** Limits of the intervals that show how a contestant warms up, in seconds. */
  static final List<Integer> WARM_UP = List.of(0, 5, 10, 20, 30);

  private final List<Sample> samples = new ArrayList<>();

  /**
   * One sample.
   *
   * @param done events done so far
   * @param seconds time since an arbitrary fixed origin
   * @param cpuSeconds CPU time so far
   */
  record Sample(double done, double seconds, double cpuSeconds) {}

  /** Adds a sample that is later than all previous ones. */
  void add(Sample sample) {
    // Time counts from the last sample before the first output.
    if (sample.done() == 0) {
      samples.clear();
    }
    samples.add(sample);
  }

  /** Returns the seconds from the first output to the last sample. */
  double seconds() {
    return last().seconds() - samples.get(0).seconds();
  }

  /**
   * Returns the state this long after the first output, linearly interpolated between the
   * neighboring samples; the last sample if there is none so late.
   */
  Sample at(double seconds) {
    double time = samples.get(0).seconds() + seconds;
    Sample before = samples.get(0);
    for (Sample sample : samples) {
      if (sample.seconds() > time) {
        return between(before, sample, time);
      }
      before = sample;
    }
    return last();
  }

  /** Returns the events per second in each interval of {@link #WARM_UP}; 0 after the end. */
  List<Double> warmUpRates() {
    return IntStream.range(1, WARM_UP.size())
        .mapToObj(i -> rate(at(WARM_UP.get(i - 1)), at(WARM_UP.get(i))))
        .toList();
  }

  /** Returns the events per second between two samples; 0 if they are the same. */
  static double rate(Sample from, Sample to) {
    double seconds = to.seconds() - from.seconds();
    return seconds == 0 ? 0 : (to.done() - from.done()) / seconds;
  }

  private Sample last() {
    return samples.get(samples.size() - 1);
  }

  private static Sample between(Sample before, Sample after, double time) {
    double share = (time - before.seconds()) / (after.seconds() - before.seconds());
    return new Sample(
        before.done() + share * (after.done() - before.done()),
        time,
        before.cpuSeconds() + share * (after.cpuSeconds() - before.cpuSeconds()));
  }
}
