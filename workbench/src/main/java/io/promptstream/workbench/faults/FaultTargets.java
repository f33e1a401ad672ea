package io.promptstream.workbench.faults;

import io.promptstream.topology.cli.CommandFailedException;
import io.promptstream.workbench.guarantee.EventLoad;
import io.promptstream.workbench.guarantee.Ledger;
import io.promptstream.workbench.process.TcpGate;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The targets of faults, and a count of kills. */
final class FaultTargets {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final long POLL_MILLIS = 50;

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

  Broker broker() {
    return environment.broker();
  }

  Trial trial() {
    return trial;
  }

  TcpGate registry() {
    return environment.registryGate();
  }

  Fleet fleet() {
    return fleet;
  }

  EventLoad load() {
    return trial.load();
  }

  Ledger ledger() {
    return trial.ledger();
  }

  Random random() {
    return random;
  }

  /** Returns a random live instance; waits for the supervisor if there is none. */
  Instance anyInstance() throws InterruptedException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (System.nanoTime() < deadline) {
      List<Instance> one = fleet.pick(1, random);
      if (!one.isEmpty()) {
        return one.get(0);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    throw new CommandFailedException("No instance is alive");
  }

  void kill(Instance instance) {
    instance.kill();
    kills++;
  }

  /**
   * Kills an instance that hangs with uncommitted work; with exactly-once, after the broker lists
   * its long-open transaction.
   */
  void killHanging(Instance instance) throws InterruptedException {
    if (trial.isExactlyOnce() && seesLongTransaction()) {
      killsInTransaction++;
    }
    kill(instance);
  }

  private boolean seesLongTransaction() throws InterruptedException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (System.nanoTime() < deadline) {
      if (trial.cluster().hasLongTransaction()) {
        return true;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return false;
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
