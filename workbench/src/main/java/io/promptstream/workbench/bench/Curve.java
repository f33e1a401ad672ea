package io.promptstream.workbench.bench;

import java.util.ArrayList;
import java.util.List;

/** Events done and CPU time used over the course of a run. */
final class Curve {
  private final List<Sample> samples = new ArrayList<>();

  /**
   * One sample.
   *
   * @param done events done so far
   * @param seconds time since an arbitrary fixed origin
   * @param cpuSeconds CPU time so far
   */
  record Sample(long done, double seconds, double cpuSeconds) {}

  /** Adds a sample that is later than all previous ones. */
  void add(Sample sample) {
    samples.add(sample);
  }

  /**
   * Returns time and CPU time at which this many events were done, linearly interpolated between
   * the neighboring samples.
   *
   * @throws IllegalArgumentException if no sample has this many events
   */
  Sample at(long done) {
    Sample before = null;
    for (Sample sample : samples) {
      if (sample.done() >= done) {
        return before == null ? sample : between(before, sample, done);
      }
      before = sample;
    }
    throw new IllegalArgumentException("%d events were never done".formatted(done));
  }

  private static Sample between(Sample before, Sample after, long done) {
    double share = (double) (done - before.done()) / (after.done() - before.done());
    return new Sample(
        done,
        before.seconds() + share * (after.seconds() - before.seconds()),
        before.cpuSeconds() + share * (after.cpuSeconds() - before.cpuSeconds()));
  }
}
