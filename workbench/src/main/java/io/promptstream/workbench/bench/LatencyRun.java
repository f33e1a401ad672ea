package io.promptstream.workbench.bench;

import io.promptstream.application.cli.CommandFailedException;
import io.promptstream.workbench.process.ChildProcess;
import io.promptstream.workbench.services.Completion;
import io.promptstream.workbench.services.Services;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Measures the latency of one contestant at a fixed rate, and at rest.
 *
 * <p>The contestant is warmed up at full speed, then for two seconds at the rate. Latency is the
 * time from the append of an event, by the broker's clock, to the moment at which a consumer in
 * this process has read both of its outputs; a late producer does not hide latency. The broker's
 * clock has a resolution of 1 ms, so latency is at most 1 ms too long. With exactly-once, it
 * includes the wait for the commit that makes outputs visible.
 */
final class LatencyRun {
  static final double LEAD_IN_SECONDS = 2;

  /** The warm-up sends this share of the backlog at a time, so that it is done soon. */
  private static final int WARM_UP_PARTS = 100;

  private static final int SIGNIFICANT_DIGITS = 3;
  private static final long MICROS_PER_MILLI = 1_000;

  private final Services services;

  LatencyRun(Services services) {
    this.services = services;
  }

  /**
   * The result.
   *
   * @param atRate latency at the rate
   * @param atRest latency of events that are alone in the stream
   */
  record Latencies(Latency atRate, Latency atRest) {}

  /** The events of a run after its warm-up: numbers from {@code first} on. */
  private record Sent(long first, AtomicLongArray appended) {}

  /**
   * Runs one contestant.
   *
   * @param rate events per second
   */
  Latencies run(Launch launch, double rate) throws InterruptedException, IOException {
    BenchTopics benchTopics = new BenchTopics(services.cluster());
    BenchPlan.Steady steady = launch.plan().steady();
    benchTopics.createInput(launch.input(), Map.of());
    benchTopics.createOutputs(launch, Map.of());
    int leadIn = (int) Math.ceil(LEAD_IN_SECONDS * rate);
    int loaded = leadIn + (int) Math.ceil(steady.duration().toMillis() / 1e3 * rate);
    AtomicLongArray appended = new AtomicLongArray(loaded + steady.atRest());
    long[] read;
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (EventSender sender = new EventSender(services, launch);
        ChildProcess process = launch.start(services)) {
      process.awaitLine(Services.START_TIMEOUT);
      Completion completion = new Completion(process, new Progress(services, launch));
      Sent sent = new Sent(warmUp(sender, completion, launch.plan()), appended);
      Future<long[]> times = thread.submit(
          new OutputTimes(services, launch.topics().outputs(), sent.first(), appended.length()));
      send(sender, sent, 0, loaded, rate);
      completion.await(sent.first() + loaded);
      send(sender, sent, loaded, appended.length(), 1e3 / BenchPlan.BETWEEN_AT_REST.toMillis());
      completion.await(sent.first() + appended.length());
      read = get(times);
    } finally {
      thread.shutdownNow();
    }
    services.cluster().delete(List.of(launch.input()));
    benchTopics.deleteOutputs(launch);
    return new Latencies(
        latency(appended, read, leadIn, loaded), latency(appended, read, loaded, read.length));
  }

  /** Sends events at full speed and waits until they are done; returns their number. */
  private static long warmUp(EventSender sender, Completion completion, BenchPlan plan)
      throws InterruptedException {
    int part = Math.max(1, plan.events() / WARM_UP_PARTS);
    long end = System.nanoTime() + (long) (plan.latencyWarmUpSeconds() * 1e9);
    long sent = 0;
    while (sent == 0 || System.nanoTime() < end) {
      sender.send(sent, sent + part);
      sent += part;
      completion.await(sent);
    }
    return sent;
  }

  private static long[] get(Future<long[]> times) throws InterruptedException {
    try {
      return times.get(Services.START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new CommandFailedException("The outputs cannot be read: " + e, e);
    }
  }

  private static Latency latency(AtomicLongArray appended, long[] read, int from, int to) {
    Histogram micros = new Histogram(SIGNIFICANT_DIGITS);
    for (int i = from; i < to; i++) {
      micros.recordValue(read[i] - appended.get(i) * MICROS_PER_MILLI);
    }
    return Latency.of(micros);
  }

  /** Sends each event at its scheduled time, without waiting for earlier ones. */
  private static void send(EventSender sender, Sent sent, int from, int to, double rate)
      throws InterruptedException {
    double nanosBetween = TimeUnit.SECONDS.toNanos(1) / rate;
    long start = System.nanoTime();
    for (int i = from; i < to; i++) {
      long due = start + (long) ((i - from) * nanosBetween);
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
      int index = i;
      sender.send(sent.first() + i, time -> sent.appended().set(index, time));
    }
    sender.flush();
  }
}
