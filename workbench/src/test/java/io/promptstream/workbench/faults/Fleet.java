package io.promptstream.workbench.faults;

import io.promptstream.workbench.process.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The application's instances and a supervisor that restarts each one that ends. */
final class Fleet implements AutoCloseable {
  private static final long POLL_MILLIS = 200;
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final Trial trial;
  private final List<ChildJvm> instances = new ArrayList<>();
  private final ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor();
  private int lastNumber;
  private int startedAgain;

  /** Creates a fleet without instances. */
  Fleet(Trial trial) {
    this.trial = trial;
    var unused = supervisor.scheduleWithFixedDelay(
        this::startAgain, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
  }

  private synchronized void startAgain() {
    for (ChildJvm instance : instances) {
      if (!isAlive(instance)) {
        instance.startAgain();
        startedAgain++;
      }
    }
  }

  private static boolean isAlive(ChildJvm instance) {
    return instance.process().isAlive();
  }

  /** Adds an instance and starts it without waiting until it runs. */
  synchronized ChildJvm add() {
    try {
      ChildJvm instance = trial.start(++lastNumber, FaultyApplication.class);
      instances.add(instance);
      return instance;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts this many instances and waits until they run. */
  void start(int count) throws InterruptedException {
    List<ChildJvm> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      started.add(add());
    }
    for (ChildJvm instance : started) {
      instance.awaitLine(TIMEOUT);
    }
  }

  /** Returns up to {@code count} random live instances. */
  synchronized List<ChildJvm> pick(int count, Random random) {
    List<ChildJvm> alive = new ArrayList<>(instances);
    alive.removeIf(instance -> !isAlive(instance));
    Collections.shuffle(alive, random);
    return alive.subList(0, Math.min(count, alive.size()));
  }

  /** Removes an instance and ends it with SIGTERM. */
  void remove(ChildJvm instance) throws InterruptedException {
    synchronized (this) {
      instances.remove(instance);
    }
    instance.terminate(TIMEOUT);
    instance.close();
  }

  /** Returns the number of restarts. */
  synchronized int startedAgain() {
    return startedAgain;
  }

  /** Returns the peak resident memory of any live instance, in MiB. */
  synchronized double peakResidentMib() {
    return instances.stream()
        .filter(Fleet::isAlive)
        .mapToDouble(instance -> instance.usage().peakResidentMib())
        .max()
        .orElse(0);
  }

  /** Removes all instances and ends them with SIGTERM. */
  void stop() throws InterruptedException {
    List<ChildJvm> ending;
    synchronized (this) {
      ending = List.copyOf(instances);
      instances.clear();
    }
    try {
      ending.forEach(instance -> instance.process().destroy());
      for (ChildJvm instance : ending) {
        instance.terminate(TIMEOUT);
      }
    } finally {
      ending.forEach(Fleet::end);
    }
  }

  private static void end(ChildJvm instance) {
    instance.kill();
    instance.close();
  }

  @Override
  public synchronized void close() {
    supervisor.shutdownNow();
    instances.forEach(Fleet::end);
    instances.clear();
  }
}
