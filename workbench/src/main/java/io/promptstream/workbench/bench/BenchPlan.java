package io.promptstream.workbench.bench;

import io.promptstream.workbench.Guarantee;
import java.time.Duration;

/**
 * Parameters of a benchmark.
 *
 * @param workload the kind of events
 * @param warmUp number of clicks sent first in every workload, until the JIT has compiled the
 *     stream's code
 * @param events number of events of the workload in a throughput run
 * @param rounds how often each contestant runs
 * @param steady the events of a latency run
 * @param stream configuration of the stream
 */
public record BenchPlan(
    Workload workload, int warmUp, int events, int rounds, Steady steady, Stream stream) {
  /** Default number of warm-up clicks. */
  public static final int DEFAULT_WARM_UP = 200_000;

  /** Default number of rounds. */
  public static final int DEFAULT_ROUNDS = 3;

  /** Partitions of every topic: PromptStream's default. */
  static final int PARTITIONS = 8;

  /** Share of the workload's events that warm up the code specific to the workload. */
  private static final double WORKLOAD_WARM_UP = 0.3;

  private static final int MIN_EVENTS = 10;

  /** Time to start broker and registry, and to fill the input topic. */
  private static final double PREPARATION_SECONDS = 20;

  /** Time to start and stop an application, and to create, read and delete its topics. */
  private static final double RUN_OVERHEAD_SECONDS = 10;

  public BenchPlan {
    require(warmUp >= 0, "warm-up must be at least %d: %d", 0, warmUp);
    require(events >= MIN_EVENTS, "events must be at least %d: %d", MIN_EVENTS, events);
    require(rounds >= 1, "rounds must be at least %d: %d", 1, rounds);
  }

  /**
   * The events of a latency run.
   *
   * @param duration how long they are sent
   * @param rate events per second; 0 for a tenth of the first contestant's throughput
   */
  public record Steady(Duration duration, int rate) {
    public Steady {
      require(
          duration.toMillis() >= 1, "steady must be at least %d ms: %d", 1, duration.toMillis());
      require(rate >= 0, "rate must be at least %d: %d", 0, rate);
    }
  }

  /**
   * Configuration of the stream, the same for all contestants.
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

  /** Returns the same plan with the events of another workload. */
  BenchPlan withWorkload(Workload other) {
    return new BenchPlan(other, warmUp, events, rounds, steady, stream);
  }

  /** Returns the number of events before the measured ones. */
  int eventsBefore() {
    return warmUp + (int) (events * WORKLOAD_WARM_UP);
  }

  /** Returns the total number of events in a throughput run. */
  int allEvents() {
    return Math.addExact(warmUp, events);
  }

  /**
   * Estimates how long a comparison takes on two otherwise idle cores.
   *
   * @param contestants number of contestants
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
    return RUN_OVERHEAD_SECONDS + warmUpSeconds() + (double) events / workload.usualRate();
  }

  private double latencySeconds() {
    return RUN_OVERHEAD_SECONDS
        + warmUpSeconds()
        + WORKLOAD_WARM_UP * events / workload.usualRate()
        + LatencyRun.LEAD_IN_SECONDS
        + steady.duration().toSeconds();
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
