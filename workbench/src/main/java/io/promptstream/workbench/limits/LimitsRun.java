package io.promptstream.workbench.limits;

import io.promptstream.topology.app.MemoryBound;
import io.promptstream.topology.cli.CommandFailedException;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.process.ProcessUsage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs one application under one load with the minimum heap that its bound requires: sends events
 * with a bounded backlog for some time, and then waits until all are processed.
 */
public final class LimitsRun {
  private static final Duration SAMPLE_INTERVAL = Duration.ofSeconds(5);
  private static final long POLL_MILLIS = 50;
  private static final Duration BROKER_PAUSE = Duration.ofSeconds(3);
  private static final double SLOW_BYTES_PER_SECOND = 4e6;

  /** How long an application may make no progress before it counts as stuck. */
  private static final Duration STUCK_TIMEOUT = Duration.ofMinutes(5);

  private final LimitsEnvironment environment;
  private final Load load;
  private final Duration sending;
  private final PromptStreamConfig config;
  private final MemoryBound bound;

  /**
   * Creates a run; a load can run only once in an environment.
   *
   * @param sending minimum time for which events are sent
   */
  public LimitsRun(LimitsEnvironment environment, Load load, Duration sending) {
    this.environment = environment;
    this.load = load;
    this.sending = sending;
    config = environment.config(load);
    bound = environment.bound(load);
  }

  /**
   * One sample of the application.
   *
   * @param seconds time since the start of sending
   * @param embedded number of events with both embeddings
   * @param rejected number of events on the error topic
   * @param residentMib current resident memory, in MiB
   */
  public record Sample(double seconds, long embedded, long rejected, double residentMib) {
    long done() {
      return embedded + rejected;
    }
  }

  /**
   * The result of a run.
   *
   * @param good number of valid events sent
   * @param bad number of invalid events sent
   * @param last sample at the end
   * @param peakMib peak resident memory of the application, in MiB
   */
  public record Outcome(long good, long bad, Sample last, double peakMib) {}

  /** Returns the application's maximum heap, in MiB. */
  public long heapMib() {
    return LimitsEnvironment.heapMib(load, bound);
  }

  /** Returns the bound for the application's resident memory, in MiB. */
  public long boundMib() {
    return bound.residentBytes(heapMib() << 20) >> 20;
  }

  /**
   * Runs the load.
   *
   * @param sink receives a sample every five seconds
   * @throws CommandFailedException if the application ends, or makes no progress for five minutes
   */
  public Outcome run(Consumer<Sample> sink) throws IOException, InterruptedException {
    try (ChildJvm application = environment.startApplication(load);
        LimitsCluster cluster =
            new LimitsCluster(environment.bootstrapServers(), LimitsEnvironment.PARTITIONS);
        LoadSender sender = new LoadSender(environment, load, config.inputTopic())) {
      boolean slow = load == Load.SLOW || load == Load.HEADERS;
      // Always set, because an earlier run may have limited the broker.
      cluster.limitAllBut(
          LoadSender.CLIENT_ID,
          slow ? SLOW_BYTES_PER_SECOND : LimitsCluster.UNLIMITED_BYTES_PER_SECOND);
      return new Watch(application, cluster, sender, sink).run();
    }
  }

  /** The loop that sends events, takes samples, deletes records, and pauses the broker. */
  private final class Watch {
    private final ChildJvm application;
    private final LimitsCluster cluster;
    private final LoadSender sender;
    private final Consumer<Sample> sink;
    private final ProcessUsage usage;
    private final long begin = System.nanoTime();
    private long nextSample = SAMPLE_INTERVAL.toNanos();
    private long lastProgress;

    Watch(ChildJvm application, LimitsCluster cluster, LoadSender sender, Consumer<Sample> sink) {
      this.application = application;
      this.cluster = cluster;
      this.sender = sender;
      this.sink = sink;
      usage = application.usage();
    }

    Outcome run() throws InterruptedException, IOException {
      Sample now = sample();
      while (isSending() || now.done() < sender.sent()) {
        if (isSending() && sender.sent() - now.done() < load.ahead()) {
          send(Math.max(1, load.ahead() / 10));
        } else {
          TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        if (elapsedNanos() >= nextSample) {
          nextSample = elapsedNanos() + SAMPLE_INTERVAL.toNanos();
          sink.accept(now);
          cleanUp();
          pauseBroker();
        }
        now = checkProgress(now, sample());
      }
      return new Outcome(
          sender.good(), sender.sent() - sender.good(), now, usage.peakResidentMib());
    }

    private void send(int count) throws IOException, InterruptedException {
      if (load != Load.HEADERS) {
        sender.send(count);
        return;
      }
      // So it polls the full events of all partitions at once, however slow the sender is.
      signal(application.process().toHandle(), "-STOP");
      try {
        sender.send(count);
      } finally {
        signal(application.process().toHandle(), "-CONT");
      }
    }

    /** On a slow machine, sends beyond the time until more than the backlog is sent. */
    private boolean isSending() {
      return elapsedNanos() < sending.toNanos() || sender.sent() <= load.ahead();
    }

    private long elapsedNanos() {
      return System.nanoTime() - begin;
    }

    private Sample sample() throws InterruptedException {
      application.requireAlive();
      long embedded =
          Math.min(cluster.written(config.sparseTopic()), cluster.written(config.denseTopic()));
      long rejected = cluster.written(config.errorsTopic());
      return new Sample(elapsedNanos() / 1e9, embedded, rejected, usage.residentMib());
    }

    private Sample checkProgress(Sample before, Sample now) {
      if (now.done() > before.done()) {
        lastProgress = elapsedNanos();
      } else if (elapsedNanos() - lastProgress > STUCK_TIMEOUT.toNanos()) {
        throw application.failed("stuck at %d of %d events".formatted(now.done(), sender.sent()));
      }
      return now;
    }

    private void cleanUp() throws InterruptedException {
      cluster.delete(config.sparseTopic());
      cluster.delete(config.denseTopic());
      cluster.delete(config.errorsTopic());
      cluster.deleteCommitted(
          config.streamsProperties().getProperty("application.id"), config.inputTopic());
    }

    private void pauseBroker() throws IOException, InterruptedException {
      if (load == Load.SLOW && isSending()) {
        signal(environment.broker(), "-STOP");
        TimeUnit.MILLISECONDS.sleep(BROKER_PAUSE.toMillis());
        signal(environment.broker(), "-CONT");
      }
    }

    private void signal(ProcessHandle process, String name)
        throws IOException, InterruptedException {
      String pid = Long.toString(process.pid());
      if (new ProcessBuilder("kill", name, pid).start().waitFor() != 0) {
        throw new CommandFailedException("kill %s %s failed".formatted(name, pid));
      }
    }
  }
}
