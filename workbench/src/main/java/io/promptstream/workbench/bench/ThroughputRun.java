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
 * Measures one application at full speed: all events are in the input topic when it starts.
 *
 * <p>The warm-up and the first 30% of the workload's events are not measured. Time and CPU time
 * count from the end of those events to the end of all events, linearly interpolated between polls
 * of the output topics every 20 ms; starting and stopping are not included.
 */
final class ThroughputRun {
  private static final double BYTES_PER_MEGABYTE = 1e6;

  private final BenchEnvironment environment;

  ThroughputRun(BenchEnvironment environment) {
    this.environment = environment;
  }

  /** Fills the input topic that all throughput runs share. */
  void load(BenchPlan plan, String input) throws InterruptedException {
    environment.cluster().createInput(input, Map.of());
    try (EventSender sender = new EventSender(environment, input, plan)) {
      sender.send(0, plan.allEvents());
      sender.flush();
    }
  }

  /** Runs one application from the beginning of the input topic to its end. */
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
      LongConsumer sampleCurve =
          done -> curve.add(new Sample(done, System.nanoTime() / 1e9, usage.cpuSeconds()));
      completion.await(plan.eventsBefore(), sampleCurve);
      long doneBefore = progress.done();
      long bytesBefore = cluster.logBytes(topics.outputs());
      completion.await(plan.allEvents(), sampleCurve);
      long bytes = cluster.logBytes(topics.outputs()) - bytesBefore;
      bytesPerEvent = (double) bytes / Math.max(1, plan.allEvents() - doneBefore);
      peakResidentMib = usage.peakResidentMib();
    }
    cluster.delete(List.of(topics.sparse(), topics.dense(), topics.errors(), topics.models()));
    Sample start = curve.at(plan.eventsBefore());
    Sample end = curve.at(plan.allEvents());
    long events = end.done() - start.done();
    double eventsPerSecond = events / (end.seconds() - start.seconds());
    return new Throughput(
        eventsPerSecond,
        eventsPerSecond * bytesPerEvent / BYTES_PER_MEGABYTE,
        (end.cpuSeconds() - start.cpuSeconds()) / events * 1e6,
        peakResidentMib);
  }
}
