package io.promptstream.workbench.faults;

import io.promptstream.workbench.process.ProcessUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The application's instances and a supervisor that restarts each one that ends. */
final class Fleet implements AutoCloseable {
  private static final long POLL_MILLIS = 200;
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final String prefix;
  private final Map<String, String> settings;
  private final Path directory;
  private final List<Instance> instances = new ArrayList<>();
  private final ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor();
  private int lastNumber;
  private int startedAgain;

  /**
   * Creates a fleet without instances.
   *
   * @param prefix prefix of the instances' names
   * @param settings settings of all instances
   * @param directory directory for their files
   */
  Fleet(String prefix, Map<String, String> settings, Path directory) {
    this.prefix = prefix;
    this.settings = Map.copyOf(settings);
    this.directory = directory;
    var unused = supervisor.scheduleWithFixedDelay(
        this::startAgain, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
  }

  private synchronized void startAgain() {
    for (Instance instance : instances) {
      if (!instance.isAlive()) {
        instance.startAgain();
        startedAgain++;
      }
    }
  }

  /** Adds an instance and starts it without waiting until it runs. */
  synchronized Instance add() {
    String name = "%s-%d".formatted(prefix, ++lastNumber);
    Instance instance = Instance.start(name, FaultyApplication.class, settings, directory);
    instances.add(instance);
    return instance;
  }

  /** Starts this many instances and waits until they run. */
  void start(int count) throws InterruptedException {
    List<Instance> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      started.add(add());
    }
    for (Instance instance : started) {
      instance.awaitRunning(TIMEOUT);
    }
  }

  /** Returns up to {@code count} random live instances. */
  synchronized List<Instance> pick(int count, Random random) {
    List<Instance> alive =
        new ArrayList<>(instances.stream().filter(Instance::isAlive).toList());
    Collections.shuffle(alive, random);
    return alive.subList(0, Math.min(count, alive.size()));
  }

  /** Removes an instance and ends it with SIGTERM. */
  void remove(Instance instance) throws InterruptedException {
    synchronized (this) {
      instances.remove(instance);
    }
    instance.terminate(TIMEOUT);
    instance.process().close();
  }

  /** Returns the number of restarts. */
  synchronized int startedAgain() {
    return startedAgain;
  }

  /** Returns the peak resident memory of any live instance, in MiB. */
  synchronized double peakResidentMib() {
    return instances.stream()
        .filter(Instance::isAlive)
        .map(instance -> instance.process().usage())
        .mapToDouble(ProcessUsage::peakResidentMib)
        .max()
        .orElse(0);
  }

  /** Removes all instances and ends them with SIGTERM. */
  void stop() throws InterruptedException {
    List<Instance> ending;
    synchronized (this) {
      ending = List.copyOf(instances);
      instances.clear();
    }
    try {
      ending.forEach(instance -> instance.process().process().destroy());
      for (Instance instance : ending) {
        instance.terminate(TIMEOUT);
      }
    } finally {
      ending.forEach(Instance::close);
    }
  }

  @Override
  public synchronized void close() {
    supervisor.shutdownNow();
    instances.forEach(Instance::close);
    instances.clear();
  }
}
