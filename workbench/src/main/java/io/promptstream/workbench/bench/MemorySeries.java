package io.promptstream.workbench.bench;

import io.promptstream.workbench.process.ChildProcess;
import io.promptstream.workbench.services.Cluster;
import io.promptstream.workbench.services.Completion;
import io.promptstream.workbench.services.Services;
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
   * @throws io.promptstream.application.cli.CommandFailedException if a process fails; all are
   *     stopped
   */
  public List<Sample> run(Consumer<Sample> listener) throws InterruptedException, IOException {
    Launch launch = new Launch("bench-memory", contestant, plan, "bench-input", HEAP_MIB);
    try (Services services = Services.start()) {
      BenchTopics benchTopics = new BenchTopics(services.cluster());
      benchTopics.createInput(launch.input(), SMALL_SEGMENTS);
      benchTopics.createOutputs(launch, SMALL_SEGMENTS);
      try (EventSender sender = new EventSender(services, launch);
          ChildProcess application = launch.start(services)) {
        application.awaitLine(Services.START_TIMEOUT);
        return watch(services, launch, application, sender, listener);
      }
    }
  }

  /** Sends and deletes events and takes samples until all events are done. */
  private List<Sample> watch(
      Services services,
      Launch launch,
      ChildProcess application,
      EventSender sender,
      Consumer<Sample> listener)
      throws InterruptedException {
    Progress progress = new Progress(services, launch);
    Completion completion = new Completion(application, progress);
    List<Sample> samples = new ArrayList<>();
    long sent = 0;
    long deleted = 0;
    while (true) {
      long done = completion.poll();
      if (done >= (samples.size() + 1L) * every) {
        Sample sample = new Sample(done, application.usage().residentMib());
        samples.add(sample);
        listener.accept(sample);
      }
      if (done >= plan.events()) {
        return samples;
      }
      if (done - deleted >= DELETE_EVERY) {
        Cluster cluster = services.cluster();
        cluster.deleteBefore(progress.byPartition());
        cluster.deleteBefore(new BenchTopics(cluster).ends(launch.topics().outputs()));
        deleted = done;
      }
      if (sent < plan.events() && sent - done < MAX_BACKLOG) {
        long next = Math.min(plan.events(), sent + CHUNK);
        sender.send(sent, next);
        sent = next;
      } else {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    }
  }
}
