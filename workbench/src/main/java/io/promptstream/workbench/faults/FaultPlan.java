package io.promptstream.workbench.faults;

import static java.util.Objects.requireNonNull;

import io.promptstream.workbench.Guarantee;
import java.time.Duration;

/**
 * Parameters of a run with faults.
 *
 * @param duration how long faults are injected
 * @param seed determines the events, the faults, their order and their targets
 * @param guarantee {@code processing.guarantee}
 * @param protocol {@code group.protocol}
 */
public record FaultPlan(Duration duration, long seed, Guarantee guarantee, GroupProtocol protocol) {
  /** Permanent instances of the application. */
  static final int INSTANCES = 3;

  /** Partitions of every topic except that of model cards. */
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
