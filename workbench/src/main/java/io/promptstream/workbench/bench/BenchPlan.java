package io.promptstream.workbench.bench;

import java.time.Duration;

/**
 * What is measured, and how often.
 *
 * @param workload the kind of events
 * @param events how many events a run of throughput processes, warm-up included
 * @param rounds how often each contestant runs
 * @param steady how long events come at a fixed rate when latency is measured
 * @param stream how the stream runs
 */
public record BenchPlan(Workload workload, int events, int rounds, Duration steady, Stream stream) {
  /** Partitions of every topic: PromptStream's own default. */
  static final int PARTITIONS = 8;

  /** This part of the events warms the application up, and is not measured. */
  private static final double WARM_UP = 0.3;

  private static final int FEWEST_EVENTS = 10;

  public BenchPlan {
    require(events >= FEWEST_EVENTS, "events must be at least %d: %d", FEWEST_EVENTS, events);
    require(rounds >= 1, "rounds must be at least %d: %d", 1, rounds);
    require(steady.toMillis() >= 1, "steady must be at least %d ms: %d", 1, steady.toMillis());
  }

  /**
   * How the stream runs, whoever the contestant.
   *
   * @param threads {@code num.stream.threads}
   * @param guarantee {@code processing.guarantee}
   */
  public record Stream(int threads, Guarantee guarantee) {
    public Stream {
      require(threads >= 1, "threads must be at least %d: %d", 1, threads);
      require(threads <= PARTITIONS, "threads must be at most %d: %d", PARTITIONS, threads);
    }
  }

  /** Returns how many events come before those that are measured. */
  int warmUpEvents() {
    return (int) (events * WARM_UP);
  }

  private static void require(boolean met, String message, long limit, long value) {
    if (!met) {
      throw new IllegalArgumentException(message.formatted(limit, value));
    }
  }
}
