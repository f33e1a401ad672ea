package io.promptstream.workbench.faults;

import io.promptstream.workbench.Guarantee;
import java.time.Duration;
import org.apache.kafka.streams.GroupProtocol;

/**
 * Parameters of a run with faults.
 *
 * @param duration how long faults are injected
 * @param seed determines the events, the faults, their order and their targets
 * @param guarantee {@code processing.guarantee}
 * @param protocol {@code group.protocol}
 * @param staticMembers whether instances have a {@code group.instance.id}, and Kafka's default
 *     session timeout
 * @param sessions whether the events are actions of sessions; their states then have a standby
 *     replica
 */
record FaultPlan(
    Duration duration,
    long seed,
    Guarantee guarantee,
    GroupProtocol protocol,
    boolean staticMembers,
    boolean sessions) {
  /** Permanent instances of the application. */
  static final int INSTANCES = 3;

  /** Partitions of every topic except that of model cards. */
  static final int PARTITIONS = 8;
}
