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
  /** Clicks that warm up unless a user says otherwise. */
  public static final int DEFAULT_WARM_UP = 200_000;

  /** Rounds unless a user says otherwise. */
  public static final int DEFAULT_ROUNDS = 3;

  /** Partitions of every topic: PromptStream's own default. */
  static final int PARTITIONS = 8;

  /** This part of the workload's events warms up what is the workload's own. */
  private static final double OWN_WARM_UP = 0.3;

  private static final int FEWEST_EVENTS = 10;

  /** To start broker and registry, and to fill the input topic. */
  private static final double PREPARATION_SECONDS = 20;

  /** To start and stop an application, and to create, read and delete its topics. */
  private static final double SECONDS_AROUND_A_RUN = 10;

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

  /**
   * Estimates how long a comparison takes on two cores that do nothing else.
   *
   * @param contestants how many are compared
   */
  public Duration estimate(int contestants) {
    double runs = (double) rounds * contestants;
    return seconds(PREPARATION_SECONDS + runs * (throughputSeconds() + latencySeconds()));
  }

  /** Estimates how long {@link MemorySeries} takes. */
  public Duration estimateOfMemorySeries() {
    return seconds(PREPARATION_SECONDS + throughputSeconds());
  }

  private double throughputSeconds() {
    return SECONDS_AROUND_A_RUN + warmUpSeconds() + (double) events / workload.usualRate();
  }

  private double latencySeconds() {
    return SECONDS_AROUND_A_RUN
        + warmUpSeconds()
        + OWN_WARM_UP * events / workload.usualRate()
        + LatencyRun.LEAD_IN_SECONDS
        + steady.toSeconds();
  }

  private double warmUpSeconds() {
    return (double) warmUp / Workload.CLICKS.usualRate();
  }

  private static Duration seconds(double seconds) {
    return Duration.ofSeconds(Math.round(seconds));
  }

  private static void require(boolean met, String message, long limit, long value) {
    if (!met) {
      throw new IllegalArgumentException(message.formatted(limit, value));
    }
  }
}
