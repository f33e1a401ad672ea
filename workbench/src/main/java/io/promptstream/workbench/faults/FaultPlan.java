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
 */
public record FaultPlan(Duration duration, long seed, Guarantee guarantee, GroupProtocol protocol) {
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
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("duration must be positive: " + duration);
    }
  }
}
