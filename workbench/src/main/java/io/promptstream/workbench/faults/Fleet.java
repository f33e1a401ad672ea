package io.promptstream.workbench.faults;

import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.process.ProcessUsage;
import io.promptstream.workbench.process.SettingsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.StreamsConfig;

/** The application's instances, and a supervisor that starts each again whenever it has ended. */
final class Fleet implements AutoCloseable {
  /** What the start check asks for with the settings here. */
  private static final int HEAP_MIB = 512;

  private static final long LOOK_MILLIS = 200;
  private static final Duration START_PATIENCE = Duration.ofMinutes(2);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(40);

  /**
   * A signal gives them the chance to stop in order, short-lived code needs no second compiler, and
   * their logs are what is left to find out what happened.
   */
  private static final List<String> OPTIONS = List.of(
      "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dpromptstream.clients.log.level=WARN");

  private final String application;
  private final Map<String, String> settings;
  private final Path directory;
  private final List<Instance> instances = new ArrayList<>();
  private final ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor();
  private int names;
  private int startedAgain;

  /**
   * A fleet without instances.
   *
   * @param application main class of an instance
   * @param settings of all instances
   * @param directory where their files go
   */
  Fleet(String application, Map<String, String> settings, Path directory) {
    this.application = application;
    this.settings = Map.copyOf(settings);
    this.directory = directory;
    var unused = supervisor.scheduleWithFixedDelay(
        this::startAgain, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private synchronized void startAgain() {
    for (Instance instance : instances) {
      if (!instance.isAlive()) {
        instance.startAgain();
        startedAgain++;
      }
    }
  }

  /** Starts one more; it need not run yet. */
  synchronized Instance add() {
    String name = "instance-" + ++names;
    Path state = directory.resolve(name);
    Map<String, String> all = new HashMap<>(settings);
    all.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    Path file;
    try {
      file = SettingsFile.write(directory, name, all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Instance instance = Instance.start(
        new ChildJvm.Launch(
            name, List.of(application, file.toString()), HEAP_MIB, directory, OPTIONS),
        state);
    instances.add(instance);
    return instance;
  }

  /** Starts some, and waits until they run. */
  void start(int count) throws InterruptedException {
    List<Instance> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      started.add(add());
    }
    for (Instance instance : started) {
      instance.awaitRunning(START_PATIENCE);
    }
  }

  /** Returns some of those that are alive, other ones each time. */
  synchronized List<Instance> pick(int count, Random random) {
    List<Instance> alive =
        new ArrayList<>(instances.stream().filter(Instance::isAlive).toList());
    Collections.shuffle(alive, random);
    return alive.subList(0, Math.min(count, alive.size()));
  }

  /** Ends one for good, with SIGTERM. */
  void remove(Instance instance) throws InterruptedException {
    synchronized (this) {
      instances.remove(instance);
    }
    instance.terminate(STOP_PATIENCE);
    instance.process().close();
  }

  /** Returns how often one had ended and was started again. */
  synchronized int startedAgain() {
    return startedAgain;
  }

  /** Returns the most memory that one of those alive has had, in MiB. */
  synchronized double peakResidentMib() {
    return instances.stream()
        .filter(Instance::isAlive)
        .map(instance -> instance.process().usage())
        .mapToDouble(ProcessUsage::peakResidentMib)
        .max()
        .orElse(0);
  }

  /** Ends all for good, with SIGTERM, one after the other. */
  void stop() throws InterruptedException {
    while (true) {
      Instance last;
      synchronized (this) {
        if (instances.isEmpty()) {
          return;
        }
        last = instances.get(instances.size() - 1);
      }
      remove(last);
    }
  }

  @Override
  public synchronized void close() {
    supervisor.shutdownNow();
    instances.forEach(instance -> {
      instance.kill();
      instance.process().close();
    });
    instances.clear();
  }
}
