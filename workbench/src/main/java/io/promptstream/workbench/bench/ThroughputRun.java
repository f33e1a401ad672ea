package io.promptstream.workbench.bench;

import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.bench.BenchEnvironment.Launch;
import io.promptstream.workbench.bench.Curve.Sample;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * One application at full speed: all events stand in the input topic when it starts.
 *
 * <p>The first 30% of the events warm it up. Time and processor time count from the moment when
 * those were done to the moment when all were, as the output topics show it every 20 ms, with
 * straight lines between; starting and stopping do not count.
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
    try (EventSender sender = new EventSender(environment, input, plan.workload())) {
      sender.send(0, plan.events());
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
    double peakResidentMib;
    try (ChildJvm application = environment.startApplication(launch)) {
      ProcessUsage usage = application.usage();
      Progress progress = new Progress(cluster, plan.stream().guarantee(), topics, launch.id());
      new Completion(application, progress)
          .await(
              plan.events(),
              done -> curve.add(new Sample(done, System.nanoTime() / 1e9, usage.cpuSeconds())));
      peakResidentMib = usage.peakResidentMib();
    }
    long bytes = cluster.logBytes(topics.outputs());
    cluster.delete(List.of(topics.sparse(), topics.dense(), topics.errors()));
    Sample warm = curve.at(plan.warmUpEvents());
    Sample end = curve.at(plan.events());
    long events = end.done() - warm.done();
    double eventsPerSecond = events / (end.seconds() - warm.seconds());
    return new Throughput(
        eventsPerSecond,
        eventsPerSecond * bytes / plan.events() / BYTES_PER_MEGABYTE,
        (end.cpuSeconds() - warm.cpuSeconds()) / events * 1e6,
        peakResidentMib);
  }
}
