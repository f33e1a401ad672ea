package io.promptstream.workbench.bench;

import io.promptstream.workbench.bench.BenchPlan.FullSpeed;
import io.promptstream.workbench.bench.Curve.Sample;
import io.promptstream.workbench.process.ChildProcess;
import io.promptstream.workbench.process.ProcessUsage;
import io.promptstream.workbench.services.Completion;
import io.promptstream.workbench.services.Services;
import java.io.IOException;
import java.util.Map;

/**
 * Measures one contestant at full speed: all events are in the input topic when it starts.
 *
 * <p>Time and CPU time are counted from the end of the warm-up, which begins with the first output,
 * linearly interpolated between polls of the output topics every 20 ms; the process is then killed.
 * If the events end early, both warm-up and count are shorter, in the same proportion.
 */
final class ThroughputRun {
  private static final double BYTES_PER_MEGABYTE = 1e6;

  private final Services services;
  private final BenchTopics benchTopics;

  ThroughputRun(Services services) {
    this.services = services;
    benchTopics = new BenchTopics(services.cluster());
  }

  /** Fills the input topic, which other launches with the same events share. */
  void load(Launch launch) throws InterruptedException {
    benchTopics.createInput(launch.input(), Map.of());
    try (EventSender sender = new EventSender(services, launch)) {
      sender.send(0, launch.plan().events());
    }
  }

  /** Runs one contestant from the beginning of the input topic. */
  Throughput run(Launch launch) throws InterruptedException, IOException {
    FullSpeed fullSpeed = launch.plan().fullSpeed();
    benchTopics.createOutputs(launch, Map.of());
    Curve curve = new Curve();
    double bytesPerEvent;
    double peakResidentMib;
    try (ChildProcess process = launch.start(services)) {
      ProcessUsage usage = process.usage();
      Progress progress = new Progress(services, launch);
      new Completion(process, progress).await(done -> {
        curve.add(new Sample(done, System.nanoTime() / 1e9, usage.cpuSeconds()));
        return done >= launch.plan().events() || curve.seconds() >= fullSpeed.seconds();
      });
      peakResidentMib = usage.peakResidentMib();
      process.kill();
      bytesPerEvent = (double) benchTopics.logBytes(launch.topics().outputs()) / progress.done();
    }
    benchTopics.deleteOutputs(launch);
    double seconds = Math.min(curve.seconds(), fullSpeed.seconds());
    Sample start = curve.at(seconds * fullSpeed.warmUpShare());
    Sample end = curve.at(seconds);
    double eventsPerSecond = Curve.rate(start, end);
    return new Throughput(
        eventsPerSecond,
        end.seconds() - start.seconds(),
        curve.warmUpRates(),
        eventsPerSecond * bytesPerEvent / BYTES_PER_MEGABYTE,
        (end.cpuSeconds() - start.cpuSeconds()) / (end.done() - start.done()) * 1e6,
        peakResidentMib);
  }
}
