package io.promptstream.workbench.bench;

import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.bench.BenchEnvironment.Launch;
import io.promptstream.workbench.bench.Curve.Sample;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.process.ProcessUsage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * One application at full speed: all events stand in the input topic when it starts.
 *
 * <p>The plan's warm-up, and the first 30% of the workload's events, are not measured. Time and
 * processor time count from the moment when those were done to the moment when all were, as the
 * output topics show it every 20 ms, with straight lines between; starting and stopping do not
 * count.
 */
final class ThroughputRun {
  private static final double BYTES_PER_MEGABYTE = 1e6;

  private final BenchEnvironment environment;

  ThroughputRun(BenchEnvironment environment) {
    this.environment = environment;
  }

  /** Fills the input topic of all runs at full speed. */
  void load(BenchPlan plan, String input) throws InterruptedException {
    environment.cluster().createInput(input, Map.of());
    try (EventSender sender = new EventSender(environment, input, plan)) {
      sender.send(0, plan.allEvents());
      sender.flush();
    }
  }

  /** Runs one application from the input topic's beginning to its end. */
  Throughput run(Launch launch) throws InterruptedException, IOException {
    BenchCluster cluster = environment.cluster();
    BenchPlan plan = launch.plan();
    TopicNames topics = launch.topics();
    cluster.createOutputs(topics, Map.of());
    Curve curve = new Curve();
    double bytesPerEvent;
    double peakResidentMib;
    try (ChildJvm application = environment.startApplication(launch)) {
      ProcessUsage usage = application.usage();
      Progress progress = new Progress(cluster, plan.stream().guarantee(), topics, launch.id());
      Completion completion = new Completion(application, progress);
      LongConsumer look =
          done -> curve.add(new Sample(done, System.nanoTime() / 1e9, usage.cpuSeconds()));
      completion.await(plan.eventsBefore(), look);
      long doneBefore = progress.done();
      long bytesBefore = cluster.logBytes(topics.outputs());
      completion.await(plan.allEvents(), look);
      long bytes = cluster.logBytes(topics.outputs()) - bytesBefore;
      bytesPerEvent = (double) bytes / Math.max(1, plan.allEvents() - doneBefore);
      peakResidentMib = usage.peakResidentMib();
    }
    cluster.delete(List.of(topics.sparse(), topics.dense(), topics.errors(), topics.models()));
    Sample warm = curve.at(plan.eventsBefore());
    Sample end = curve.at(plan.allEvents());
    long events = end.done() - warm.done();
    double eventsPerSecond = events / (end.seconds() - warm.seconds());
    return new Throughput(
        eventsPerSecond,
        eventsPerSecond * bytesPerEvent / BYTES_PER_MEGABYTE,
        (end.cpuSeconds() - warm.cpuSeconds()) / events * 1e6,
        peakResidentMib);
  }
}
