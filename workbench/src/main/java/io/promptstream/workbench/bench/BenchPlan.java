package io.promptstream.workbench.bench;

import io.promptstream.workbench.Guarantee;
import java.time.Duration;

/**
 * What is measured, and how often.
 *
 * @param workload the kind of events
 * @param warmUp clicks that come before all else, whatever the workload: so long does it take until
 *     the stream's code is compiled
 * @param events how many events of the workload a run of throughput processes
 * @param rounds how often each contestant runs
 * @param steady how long events come at a fixed rate when latency is measured
 * @param stream how the stream runs
 */
public record BenchPlan(
    Workload workload, int warmUp, int events, int rounds, Duration steady, Stream stream) {
  /** Partitions of every topic: PromptStream's own default. */
  static final int PARTITIONS = 8;

  /** This part of the workload's events warms up what is the workload's own. */
  private static final double OWN_WARM_UP = 0.3;

  private static final int FEWEST_EVENTS = 10;

  public BenchPlan {
    require(warmUp >= 0, "warm-up must be at least %d: %d", 0, warmUp);
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
  int eventsBefore() {
    return warmUp + (int) (events * OWN_WARM_UP);
  }

  /** Returns how many events a run of throughput processes in all. */
  int allEvents() {
    return Math.addExact(warmUp, events);
  }

  private static void require(boolean met, String message, long limit, long value) {
    if (!met) {
      throw new IllegalArgumentException(message.formatted(limit, value));
    }
  }
}
