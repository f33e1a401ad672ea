package io.promptstream.workbench.faults;

import static java.util.Objects.requireNonNull;

import io.promptstream.workbench.Guarantee;
import java.time.Duration;

/**
 * How long, how, and with which faults an application is tried.
 *
 * @param duration how long faults come
 * @param seed decides the events, the faults, their order and whom they hit
 * @param guarantee {@code processing.guarantee}
 * @param protocol {@code group.protocol}
 * @param application main class of the instances; takes the file of its settings
 */
public record FaultPlan(
    Duration duration, long seed, Guarantee guarantee, GroupProtocol protocol, String application) {
  /** Instances of the application, besides one that comes and goes. */
  static final int INSTANCES = 3;

  /** Partitions of every topic but that of model cards. */
  static final int PARTITIONS = 8;

  /** Mean events per second. */
  static final double RATE = 300;

  public FaultPlan {
    requireNonNull(duration, "duration");
    requireNonNull(guarantee, "guarantee");
    requireNonNull(protocol, "protocol");
    requireNonNull(application, "application");
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("duration must be positive: " + duration);
    }
  }

  /** Returns a plan for the application as it is. */
  public static FaultPlan of(
      Duration duration, long seed, Guarantee guarantee, GroupProtocol protocol) {
    return new FaultPlan(duration, seed, guarantee, protocol, FaultyApplication.class.getName());
  }

  /** Returns the same for another application. */
  public FaultPlan withApplication(Class<?> main) {
    return new FaultPlan(duration, seed, guarantee, protocol, main.getName());
  }
}
