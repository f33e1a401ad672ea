package io.promptstream.workbench.bench;

import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.bench.BenchEnvironment.Launch;
import io.promptstream.workbench.process.ChildJvm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Watches the memory of one application over many events, at full speed, with a heap of 512 MiB.
 *
 * <p>Events are sent while it runs, a bounded number ahead of it, and deleted with their outputs
 * once they are done, so that any number fits a disk.
 */
public final class MemorySeries {
  private static final int HEAP_MIB = 512;

  /** Enough that the application always finds work: more than it polls at once. */
  private static final int AHEAD = 4_000;

  private static final int CHUNK = 200;
  private static final int DELETE_EVERY = 10_000;
  private static final long LOOK_MILLIS = 20;

  /** Kafka deletes whole segments only. */
  private static final Map<String, String> SMALL_SEGMENTS =
      Map.of(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(16 << 20));

  private final BenchPlan plan;
  private final Contestant contestant;
  private final int every;

  /**
   * Prepares a series.
   *
   * @param every how many events lie between two samples
   */
  public MemorySeries(BenchPlan plan, Contestant contestant, int every) {
    this.plan = plan;
    this.contestant = contestant;
    this.every = every;
  }

  /**
   * One look at the application's process.
   *
   * @param events how many were done
   * @param residentMib its physical memory, in MiB
   */
  public record Sample(long events, double residentMib) {}

  /**
   * Runs it.
   *
   * @param each is told each sample as it comes
   * @throws io.promptstream.topology.cli.CommandFailedException if a process fails; none is left
   *     behind
   */
  public List<Sample> run(Consumer<Sample> each) throws InterruptedException, IOException {
    TopicNames topics = new TopicNames(
        "bench-input", "bench-sparse", "bench-dense", "bench-errors", "bench-models");
    Launch launch = new Launch("bench-memory", contestant, plan, topics, HEAP_MIB);
    try (BenchEnvironment environment = BenchEnvironment.start()) {
      environment.cluster().createInput(topics.input(), SMALL_SEGMENTS);
      environment.cluster().createOutputs(topics, SMALL_SEGMENTS);
      try (EventSender sender = new EventSender(environment, topics.input(), plan);
          ChildJvm application = environment.startApplication(launch)) {
        BenchEnvironment.awaitRunning(application);
        return new Watch(environment.cluster(), launch, application).run(sender, each);
      }
    }
  }

  /** The loop that sends, deletes and looks. */
  private final class Watch {
    private final BenchCluster cluster;
    private final TopicNames topics;
    private final ChildJvm application;
    private final Progress progress;
    private final List<Sample> samples = new ArrayList<>();

    Watch(BenchCluster cluster, Launch launch, ChildJvm application) {
      this.cluster = cluster;
      this.topics = launch.topics();
      this.application = application;
      this.progress = new Progress(cluster, plan.stream().guarantee(), topics, launch.id());
    }

    List<Sample> run(EventSender sender, Consumer<Sample> each) throws InterruptedException {
      long sent = 0;
      long deleted = 0;
      while (true) {
        long done = progress.done();
        application.requireAlive();
        if (done >= (samples.size() + 1L) * every) {
          Sample sample = new Sample(done, application.usage().residentMib());
          samples.add(sample);
          each.accept(sample);
        }
        if (done >= plan.allEvents()) {
          return samples;
        }
        if (done - deleted >= DELETE_EVERY) {
          delete();
          deleted = done;
        }
        if (sent < plan.allEvents() && sent - done < AHEAD) {
          long next = Math.min(plan.allEvents(), sent + CHUNK);
          sender.send(sent, next);
          sender.flush();
          sent = next;
        } else {
          TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
      }
    }

    private void delete() throws InterruptedException {
      cluster.deleteBefore(progress.byPartition());
      cluster.deleteBefore(cluster.endOffsets(topics.outputs()));
    }
  }
}
