package io.promptstream.workbench.faults;

import io.promptstream.topology.cli.CommandFailedException;
import io.promptstream.workbench.guarantee.Load;
import io.promptstream.workbench.process.TcpGate;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What faults can strike, and the count of what they did. */
final class Scene {
  private final Broker broker;
  private final Cluster cluster;
  private final TcpGate registry;
  private final Fleet fleet;
  private final Load load;
  private final Random random;
  private int kills;
  private int killsInTransaction;

  Scene(Environment environment, Fleet fleet, Load load, Random random) {
    this.broker = environment.broker();
    this.cluster = environment.cluster();
    this.registry = environment.registryGate();
    this.fleet = fleet;
    this.load = load;
    this.random = random;
  }

  Broker broker() {
    return broker;
  }

  Cluster cluster() {
    return cluster;
  }

  TcpGate registry() {
    return registry;
  }

  Fleet fleet() {
    return fleet;
  }

  Load load() {
    return load;
  }

  Random random() {
    return random;
  }

  /** Returns one of the instances that are alive. */
  Instance anyInstance() {
    List<Instance> one = fleet.pick(1, random);
    if (one.isEmpty()) {
      throw new CommandFailedException("No instance is alive");
    }
    return one.get(0);
  }

  void kill(Instance instance) {
    instance.kill();
    kills++;
  }

  /** Kills an instance that hangs, and looks whether it leaves a transaction open. */
  void killHanging(Instance instance) throws InterruptedException {
    // So long that what is open now and was open then is open because of it.
    TimeUnit.SECONDS.sleep(1);
    if (cluster.hasLongTransaction()) {
      killsInTransaction++;
    }
    kill(instance);
  }

  void pause(Duration longest) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(random.nextInt((int) longest.toMillis() + 1));
  }

  /** Returns how many instances were killed. */
  int kills() {
    return kills;
  }

  /** Returns how many of them were seen to leave a transaction open. */
  int killsInTransaction() {
    return killsInTransaction;
  }
}
