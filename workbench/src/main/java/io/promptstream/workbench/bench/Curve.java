package io.promptstream.workbench.bench;

import java.util.ArrayList;
import java.util.List;

/** How many events were done when, and what processor time they had cost by then. */
final class Curve {
  private final List<Sample> samples = new ArrayList<>();

  /**
   * One look.
   *
   * @param done events done so far
   * @param seconds since any fixed moment
   * @param cpuSeconds processor time so far
   */
  record Sample(long done, double seconds, double cpuSeconds) {}

  /** Adds a look that is later than all before. */
  void add(Sample sample) {
    samples.add(sample);
  }

  /**
   * Returns when so many events were done, and at what cost: on the straight line between the last
   * look that had seen fewer and the first that had not.
   *
   * @throws IllegalArgumentException if no look saw so many
   */
  Sample at(long done) {
    Sample before = null;
    for (Sample sample : samples) {
      if (sample.done() >= done) {
        return before == null ? sample : between(before, sample, done);
      }
      before = sample;
    }
    throw new IllegalArgumentException("never were %d events done".formatted(done));
  }

  private static Sample between(Sample before, Sample after, long done) {
    double share = (double) (done - before.done()) / (after.done() - before.done());
    return new Sample(
        done,
        before.seconds() + share * (after.seconds() - before.seconds()),
        before.cpuSeconds() + share * (after.cpuSeconds() - before.cpuSeconds()));
  }
}
