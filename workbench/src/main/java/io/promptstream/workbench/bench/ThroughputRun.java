package io.promptstream.workbench.bench;

import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.bench.Curve.Sample;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.process.ProcessUsage;
import io.promptstream.workbench.services.Completion;
import io.promptstream.workbench.services.Services;
import java.io.IOException;
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

  private final Services services;
  private final BenchTopics benchTopics;

  ThroughputRun(Services services) {
    this.services = services;
    benchTopics = new BenchTopics(services.cluster());
  }

  /** Fills the input topic that all throughput runs share. */
  void load(BenchPlan plan, String input) throws InterruptedException {
    benchTopics.createInput(input, Map.of());
    try (EventSender sender = new EventSender(services, input, plan)) {
      sender.send(0, plan.allEvents());
    }
  }

  /** Runs one application from the beginning of the input topic to its end. */
  Throughput run(Launch launch) throws InterruptedException, IOException {
    BenchPlan plan = launch.plan();
    TopicNames topics = launch.topics();
    benchTopics.createOutputs(launch, Map.of());
    Curve curve = new Curve();
    double bytesPerEvent;
    double peakResidentMib;
    try (ChildJvm application = launch.start(services)) {
      ProcessUsage usage = application.usage();
      Progress progress = new Progress(services, launch);
      Completion completion = new Completion(application, progress);
      LongConsumer sampleCurve =
          done -> curve.add(new Sample(done, System.nanoTime() / 1e9, usage.cpuSeconds()));
      completion.await(plan.allEvents(), sampleCurve);
      bytesPerEvent = (double) benchTopics.logBytes(topics.outputs()) / plan.allEvents();
      peakResidentMib = usage.peakResidentMib();
    }
    benchTopics.deleteOutputs(launch);
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
