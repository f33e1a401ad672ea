package io.promptstream.workbench.bench;

import io.promptstream.application.cli.CommandFailedException;
import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.services.Completion;
import io.promptstream.workbench.services.RecordReader;
import io.promptstream.workbench.services.Services;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerConfig;

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

  private static final int SIGNIFICANT_DIGITS = 3;

  private final Services services;

  LatencyRun(Services services) {
    this.services = services;
  }

  /**
   * Runs one application.
   *
   * @param rate events per second
   */
  Latency run(Launch launch, double rate) throws InterruptedException, IOException {
    BenchTopics benchTopics = new BenchTopics(services.cluster());
    BenchPlan plan = launch.plan();
    TopicNames topics = launch.topics();
    benchTopics.createInput(launch.input(), Map.of());
    benchTopics.createOutputs(launch, Map.of());
    int warmUp = plan.eventsBefore();
    int leadIn = (int) Math.ceil(LEAD_IN_SECONDS * rate);
    int measured = (int) Math.ceil(plan.steady().duration().toMillis() / 1e3 * rate);
    AtomicLongArray appended = new AtomicLongArray(leadIn + measured);
    try (EventSender sender = new EventSender(services, launch.input(), plan);
        ChildJvm application = launch.start(services)) {
      application.awaitLine(Services.START_TIMEOUT);
      Completion completion = new Completion(application, new Progress(services, launch));
      sender.send(0, warmUp);
      completion.await(warmUp, done -> {});
      sendSteadily(sender, warmUp, rate, appended);
      sender.flush();
      completion.await(warmUp + (long) appended.length(), done -> {});
    }
    Histogram latencies = latencies(topics, warmUp, appended, leadIn);
    services.cluster().delete(List.of(launch.input()));
    benchTopics.deleteOutputs(launch);
    return Latency.of(latencies);
  }

  /**
   * Returns the times from the append of each event to that of the later of its two outputs.
   *
   * @param first number of the first event in {@code appended}
   * @param skip how many of these events are not measured
   * @throws CommandFailedException if an event does not have both outputs
   */
  private Histogram latencies(TopicNames topics, int first, AtomicLongArray appended, int skip) {
    long[] last = new long[appended.length()];
    int[] outputs = new int[last.length];
    try (RecordReader reader = new RecordReader(
        Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, services.bootstrapServers()),
        List.of(topics.sparse(), topics.dense()))) {
      reader.readToEnd(record -> {
        int index = (int) RecordReader.number(record).orElseThrow() - first;
        if (index >= 0) {
          outputs[index]++;
          last[index] = Math.max(last[index], record.timestamp());
        }
      });
    }
    Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
    for (int i = skip; i < last.length; i++) {
      if (outputs[i] != 2) {
        throw new CommandFailedException(
            "Event %d has %d outputs, must have 2".formatted(first + i, outputs[i]));
      }
      latencies.recordValue(last[i] - appended.get(i));
    }
    return latencies;
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
