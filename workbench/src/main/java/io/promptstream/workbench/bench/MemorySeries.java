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
 * Samples the memory of one application over many events, at full speed, with a heap of 512 MiB.
 *
 * <p>Events are sent while it runs, with a bounded backlog. Finished events and their outputs are
 * deleted, so that disk use stays bounded.
 */
public final class MemorySeries {
  private static final int HEAP_MIB = 512;

  /** Maximum backlog: more than one poll returns, so that the application always has work. */
  private static final int MAX_BACKLOG = 4_000;

  private static final int CHUNK = 200;
  private static final int DELETE_EVERY = 10_000;
  private static final long POLL_MILLIS = 20;

  /** Kafka deletes only whole segments. */
  private static final Map<String, String> SMALL_SEGMENTS =
      Map.of(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(16 << 20));

  private final BenchPlan plan;
  private final Contestant contestant;
  private final int every;

  /**
   * Creates a series.
   *
   * @param every number of events between two samples
   */
  public MemorySeries(BenchPlan plan, Contestant contestant, int every) {
    this.plan = plan;
    this.contestant = contestant;
    this.every = every;
  }

  /**
   * One sample of the application's process.
   *
   * @param events number of events done
   * @param residentMib its physical memory, in MiB
   */
  public record Sample(long events, double residentMib) {}

  /**
   * Runs the series.
   *
   * @param listener receives each sample when it is taken
   * @throws io.promptstream.topology.cli.CommandFailedException if a process fails; all are stopped
   */
  public List<Sample> run(Consumer<Sample> listener) throws InterruptedException, IOException {
    TopicNames topics = new TopicNames(
        "bench-input", "bench-sparse", "bench-dense", "bench-errors", "bench-models");
    Launch launch = new Launch("bench-memory", contestant, plan, topics, HEAP_MIB);
    try (BenchEnvironment environment = BenchEnvironment.start()) {
      environment.cluster().createInput(topics.input(), SMALL_SEGMENTS);
      environment.cluster().createOutputs(topics, SMALL_SEGMENTS);
      try (EventSender sender = new EventSender(environment, topics.input(), plan);
          ChildJvm application = environment.startApplication(launch)) {
        BenchEnvironment.awaitRunning(application);
        return new Watch(environment.cluster(), launch, application).run(sender, listener);
      }
    }
  }

  /** The loop that sends and deletes events and takes samples. */
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

    List<Sample> run(EventSender sender, Consumer<Sample> listener) throws InterruptedException {
      long sent = 0;
      long deleted = 0;
      while (true) {
        long done = progress.done();
        application.requireAlive();
        if (done >= (samples.size() + 1L) * every) {
          Sample sample = new Sample(done, application.usage().residentMib());
          samples.add(sample);
          listener.accept(sample);
        }
        if (done >= plan.allEvents()) {
          return samples;
        }
        if (done - deleted >= DELETE_EVERY) {
          delete();
          deleted = done;
        }
        if (sent < plan.allEvents() && sent - done < MAX_BACKLOG) {
          long next = Math.min(plan.allEvents(), sent + CHUNK);
          sender.send(sent, next);
          sender.flush();
          sent = next;
        } else {
          TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
      }
    }

    private void delete() throws InterruptedException {
      cluster.deleteBefore(progress.byPartition());
      cluster.deleteBefore(cluster.endOffsets(topics.outputs()));
    }
  }
}
