package io.promptstream.workbench.bench;

import io.promptstream.workbench.Guarantee;
import java.time.Duration;

/**
 * Parameters of a benchmark.
 *
 * @param workload the kind of events
 * @param events number of events in the backlog of a run at full speed
 * @param rounds how often each contestant runs
 * @param fullSpeed a run at full speed
 * @param steady the events of a latency run
 * @param stream configuration of the stream
 */
public record BenchPlan(
    Workload workload, int events, int rounds, FullSpeed fullSpeed, Steady steady, Stream stream) {
  /** Default number of rounds. */
  public static final int DEFAULT_ROUNDS = 2;

  /** Partitions of every topic: PromptStream's default. */
  static final int PARTITIONS = 8;

  /** Time between two events at rest. */
  static final Duration BETWEEN_AT_REST = Duration.ofMillis(300);

  private static final int MIN_EVENTS = 10;

  /** The warm-up of a latency run, as a share of that of a run at full speed. */
  private static final double LATENCY_WARM_UP = 0.4;

  private static final double TIME_TOLERANCE_SECONDS = 1e-3;

  /** Time to start broker and registry, and to fill the input topic. */
  private static final double PREPARATION_SECONDS = 80;

  /** Time to start and stop a process, and to create, read and delete its topics. */
  private static final double RUN_OVERHEAD_SECONDS = 10;

  public BenchPlan {
    require(events >= MIN_EVENTS, "events must be at least %d: %d", MIN_EVENTS, events);
    require(rounds >= 1, "rounds must be at least %d: %d", 1, rounds);
  }

  /**
   * A run at full speed.
   *
   * @param warmUp how long the load lasts before events are counted
   * @param counted how long events are counted
   */
  public record FullSpeed(Duration warmUp, Duration counted) {
    /** By default, the JIT has compiled the stream's code before events are counted. */
    public static final FullSpeed DEFAULT =
        new FullSpeed(Duration.ofSeconds(20), Duration.ofSeconds(15));

    public FullSpeed {
      require(!warmUp.isNegative(), "warm-up must be at least %d ms: %d", 0, warmUp.toMillis());
      require(counted.toMillis() >= 1, "count must be at least %d ms: %d", 1, counted.toMillis());
    }

    /** Returns the time for both. */
    double seconds() {
      return warmUp.plus(counted).toMillis() / 1e3;
    }

    /** Returns the share of the warm-up in the time for both. */
    double warmUpShare() {
      return warmUp.toMillis() / 1e3 / seconds();
    }
  }

  /**
   * The events of a latency run.
   *
   * @param duration how long they are sent at the rate
   * @param rate events per second; 0 for a tenth of the first contestant's throughput
   * @param atRest number of events then sent {@link #BETWEEN_AT_REST} apart
   */
  public record Steady(Duration duration, int rate, int atRest) {
    /** Default number of events at rest. */
    public static final int DEFAULT_AT_REST = 40;

    /** Default duration at the rate. */
    public static final Duration DEFAULT_DURATION = Duration.ofSeconds(8);

    public Steady {
      require(
          duration.toMillis() >= 1, "steady must be at least %d ms: %d", 1, duration.toMillis());
      require(rate >= 0, "rate must be at least %d: %d", 0, rate);
      require(atRest >= 1, "events at rest must be at least %d: %d", 1, atRest);
    }

    private Duration all() {
      return duration.plus(BETWEEN_AT_REST.multipliedBy(atRest));
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

  /** Returns a number of events with which a backlog outlasts a run at full speed. */
  public static int events(Workload workload, FullSpeed fullSpeed) {
    return Math.max(MIN_EVENTS, (int) Math.ceil(workload.fastRate() * fullSpeed.seconds()));
  }

  /**
   * Returns the same plan with the events of another workload, and a backlog that lasts as long.
   */
  BenchPlan withWorkload(Workload other) {
    long scaled = (long) events * other.fastRate() / workload.fastRate();
    return new BenchPlan(
        other, Math.max(MIN_EVENTS, Math.toIntExact(scaled)), rounds, fullSpeed, steady, stream);
  }

  /** Returns whether events were counted as long as planned. */
  boolean isComplete(Throughput throughput) {
    return throughput.seconds() >= fullSpeed.counted().toMillis() / 1e3 - TIME_TOLERANCE_SECONDS;
  }

  /** Returns how long a contestant is warmed up in a latency run. */
  double latencyWarmUpSeconds() {
    return fullSpeed.seconds() * fullSpeed.warmUpShare() * LATENCY_WARM_UP;
  }

  /**
   * Estimates how long a comparison takes on two otherwise idle cores.
   *
   * @param contestants number of contestants
   */
  public Duration estimate(int contestants) {
    double latency = RUN_OVERHEAD_SECONDS
        + latencyWarmUpSeconds()
        + LatencyRun.LEAD_IN_SECONDS
        + steady.all().toMillis() / 1e3;
    double runs = (double) rounds * contestants;
    return seconds(
        PREPARATION_SECONDS + runs * (RUN_OVERHEAD_SECONDS + fullSpeed.seconds() + latency));
  }

  /** Estimates how long {@link MemorySeries} takes, at half the speed of a full backlog. */
  public Duration estimateOfMemorySeries() {
    return seconds(PREPARATION_SECONDS + events / (workload.fastRate() / 2.0));
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
