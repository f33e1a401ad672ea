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
 * One application under one load, in a process of its own with the heap that its bound asks for:
 * events are sent for some time, a bounded number ahead of it, and then awaited, all of them.
 */
public final class LimitsRun {
  private static final Duration SAMPLE = Duration.ofSeconds(5);
  private static final long LOOK_MILLIS = 50;
  private static final Duration STILL = Duration.ofSeconds(3);
  private static final double SLOW_BYTES_PER_SECOND = 4e6;

  /** Without any progress for so long, something is wrong. */
  private static final Duration STUCK = Duration.ofMinutes(5);

  private final LimitsEnvironment environment;
  private final Load load;
  private final Duration sending;
  private final PromptStreamConfig config;
  private final MemoryBound bound;

  /**
   * Prepares a run; a load runs once in an environment.
   *
   * @param sending how long events are sent, at least
   */
  public LimitsRun(LimitsEnvironment environment, Load load, Duration sending) {
    this.environment = environment;
    this.load = load;
    this.sending = sending;
    config = environment.config(load);
    bound = environment.bound(load);
  }

  /**
   * One look at the application's process.
   *
   * @param seconds since events are sent
   * @param embedded how many events have both embeddings
   * @param rejected how many are on the error topic
   * @param residentMib its physical memory now, in MiB
   */
  public record Sample(double seconds, long embedded, long rejected, double residentMib) {
    long done() {
      return embedded + rejected;
    }
  }

  /**
   * What came of it.
   *
   * @param good events sent that can be encoded
   * @param bad events sent that cannot
   * @param last the state at the end
   * @param peakMib the most physical memory that the application had, in MiB
   */
  public record Outcome(long good, long bad, Sample last, double peakMib) {}

  /** Returns the heap that the application has, in MiB. */
  public long heapMib() {
    return LimitsEnvironment.heapMib(load, bound);
  }

  /** Returns what the application may have in all, in MiB. */
  public long boundMib() {
    return bound.residentBytes(heapMib() << 20) >> 20;
  }

  /**
   * Runs it.
   *
   * @param each is told the state every five seconds
   * @throws CommandFailedException if the application ends, or goes no further
   */
  public Outcome run(Consumer<Sample> each) throws IOException, InterruptedException {
    try (ChildJvm application = environment.startApplication(load);
        LimitsCluster cluster =
            new LimitsCluster(environment.bootstrapServers(), LimitsEnvironment.PARTITIONS);
        LoadSender sender = new LoadSender(environment, load, config.inputTopic())) {
      boolean slow = load == Load.SLOW || load == Load.HEADERS;
      // Always set: the run before may have slowed the broker.
      cluster.limitAllBut(
          LoadSender.CLIENT_ID,
          slow ? SLOW_BYTES_PER_SECOND : LimitsCluster.UNLIMITED_BYTES_PER_SECOND);
      return new Watch(application, cluster, sender, each).run();
    }
  }

  /** The loop that sends, looks, deletes, and has the broker stand still. */
  private final class Watch {
    private final ChildJvm application;
    private final LimitsCluster cluster;
    private final LoadSender sender;
    private final Consumer<Sample> each;
    private final ProcessUsage usage;
    private final long begin = System.nanoTime();
    private long nextSample = SAMPLE.toNanos();
    private long lastProgress;

    Watch(ChildJvm application, LimitsCluster cluster, LoadSender sender, Consumer<Sample> each) {
      this.application = application;
      this.cluster = cluster;
      this.sender = sender;
      this.each = each;
      usage = application.usage();
    }

    Outcome run() throws InterruptedException, IOException {
      Sample now = look();
      while (stillSending() || now.done() < sender.sent()) {
        if (stillSending() && sender.sent() - now.done() < load.ahead()) {
          send(Math.max(1, load.ahead() / 10));
        } else {
          TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        if (passed() >= nextSample) {
          nextSample = passed() + SAMPLE.toNanos();
          each.accept(now);
          cleanUp();
          standStill();
        }
        now = progressed(now, look());
      }
      return new Outcome(
          sender.good(), sender.sent() - sender.good(), now, usage.peakResidentMib());
    }

    private void send(int count) throws IOException, InterruptedException {
      if (load != Load.HEADERS) {
        sender.send(count);
        return;
      }
      // Then it polls the full events of all partitions at once, however slow the sender is.
      signal(application.process().toHandle(), "-STOP");
      try {
        sender.send(count);
      } finally {
        signal(application.process().toHandle(), "-CONT");
      }
    }

    /** Also on a machine so slow that the time alone would not do. */
    private boolean stillSending() {
      return passed() < sending.toNanos() || sender.sent() <= load.ahead();
    }

    private long passed() {
      return System.nanoTime() - begin;
    }

    private Sample look() throws InterruptedException {
      application.requireAlive();
      long embedded =
          Math.min(cluster.written(config.sparseTopic()), cluster.written(config.denseTopic()));
      long rejected = cluster.written(config.errorsTopic());
      return new Sample(passed() / 1e9, embedded, rejected, usage.residentMib());
    }

    private Sample progressed(Sample before, Sample now) {
      if (now.done() > before.done()) {
        lastProgress = passed();
      } else if (passed() - lastProgress > STUCK.toNanos()) {
        throw application.failed("stayed at %d of %d events".formatted(now.done(), sender.sent()));
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

    private void standStill() throws IOException, InterruptedException {
      if (load == Load.SLOW && stillSending()) {
        signal(environment.broker(), "-STOP");
        TimeUnit.MILLISECONDS.sleep(STILL.toMillis());
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
