package io.promptstream.workbench.bench;

import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.bench.BenchEnvironment.Launch;
import io.promptstream.workbench.process.ChildJvm;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the latency of one application at a fixed rate.
 *
 * <p>The application is warmed up at full speed, then for two seconds at the rate. Latency is the
 * time from the append of an event to the append of the later of its two outputs, both by the
 * broker's clock, which has a resolution of 1 ms; a late producer does not hide latency. With
 * exactly-once, the wait for the commit that makes outputs visible is not included. The outputs are
 * read after the measurement.
 */
final class LatencyRun {
  static final double LEAD_IN_SECONDS = 2;

  private final BenchEnvironment environment;

  LatencyRun(BenchEnvironment environment) {
    this.environment = environment;
  }

  /**
   * Runs one application.
   *
   * @param rate events per second
   */
  Latency run(Launch launch, double rate) throws InterruptedException, IOException {
    BenchCluster cluster = environment.cluster();
    BenchPlan plan = launch.plan();
    TopicNames topics = launch.topics();
    cluster.createInput(topics.input(), Map.of());
    cluster.createOutputs(topics, Map.of());
    int warmUp = plan.eventsBefore();
    int leadIn = (int) Math.ceil(LEAD_IN_SECONDS * rate);
    int measured = (int) Math.ceil(plan.steady().toMillis() / 1e3 * rate);
    AtomicLongArray appended = new AtomicLongArray(leadIn + measured);
    try (EventSender sender = new EventSender(environment, topics.input(), plan);
        ChildJvm application = environment.startApplication(launch)) {
      BenchEnvironment.awaitRunning(application);
      Completion completion = new Completion(
          application, new Progress(cluster, plan.stream().guarantee(), topics, launch.id()));
      sender.send(0, warmUp);
      sender.flush();
      completion.await(warmUp, done -> {});
      sendSteadily(sender, warmUp, rate, appended);
      sender.flush();
      completion.await(warmUp + (long) appended.length(), done -> {});
    }
    int first = warmUp + leadIn;
    long[] outputs = new OutputTimes(environment.bootstrapServers())
        .lastAppends(topics, first, first + measured);
    cluster.delete(topics.all());
    for (int i = 0; i < measured; i++) {
      outputs[i] -= appended.get(leadIn + i);
    }
    return Latency.of(outputs);
  }

  /** Sends each event at its scheduled time, without waiting for earlier ones. */
  private static void sendSteadily(
      EventSender sender, long from, double rate, AtomicLongArray appended)
      throws InterruptedException {
    double nanosBetween = TimeUnit.SECONDS.toNanos(1) / rate;
    long start = System.nanoTime();
    for (int i = 0; i < appended.length(); i++) {
      long due = start + (long) (i * nanosBetween);
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
      int index = i;
      sender.send(from + i, time -> appended.set(index, time));
    }
  }
}
