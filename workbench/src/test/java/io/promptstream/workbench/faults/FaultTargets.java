package io.promptstream.workbench.faults;

import static org.awaitility.Awaitility.await;

import io.promptstream.workbench.guarantee.Flow;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.process.TcpGate;
import io.promptstream.workbench.services.Services;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The targets of faults, and a count of kills. */
final class FaultTargets {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final Environment environment;
  private final Trial trial;
  private final Fleet fleet;
  private final Random random;
  private int kills;
  private int killsInTransaction;

  FaultTargets(Environment environment, Trial trial, Fleet fleet, Random random) {
    this.environment = environment;
    this.trial = trial;
    this.fleet = fleet;
    this.random = random;
  }

  Services services() {
    return environment.services();
  }

  TcpGate registry() {
    return environment.registryGate();
  }

  Trial trial() {
    return trial;
  }

  Fleet fleet() {
    return fleet;
  }

  Random random() {
    return random;
  }

  /** Returns a random live instance; waits for the supervisor if there is none. */
  ChildJvm anyInstance() {
    return await()
        .atMost(TIMEOUT)
        .until(() -> fleet.pick(1, random), one -> !one.isEmpty())
        .get(0);
  }

  /** Starts to watch for output on every partition, of events that are sent from now on. */
  Flow watchFlow() {
    return trial.ledger().watchFlow(trial.load().next(), FaultPlan.PARTITIONS);
  }

  void kill(ChildJvm instance) {
    instance.kill();
    kills++;
  }

  /**
   * Kills an instance that hangs with uncommitted work; with exactly-once, after the broker lists
   * its long-open transaction.
   */
  void killHanging(ChildJvm instance) {
    if (trial.isExactlyOnce() && Trial.becomesTrue(TIMEOUT, trial::hasLongTransaction)) {
      killsInTransaction++;
    }
    kill(instance);
  }

  void pause(Duration longest) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(random.nextInt((int) longest.toMillis() + 1));
  }

  /** Returns the number of killed instances. */
  int kills() {
    return kills;
  }

  /** Returns the number of killed instances that left an open transaction. */
  int killsInTransaction() {
    return killsInTransaction;
  }
}
