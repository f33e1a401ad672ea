package io.promptstream.workbench.bench;

import io.promptstream.workbench.bench.BenchResult.Figures;
import io.promptstream.workbench.services.Services;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Compares contestants in throughput and latency: several rounds at full speed, then as many at a
 * fixed rate, by default a tenth of the first contestant's throughput, and at rest.
 *
 * <p>Each run is a new process with new output topics, on a shared broker. The order rotates each
 * round, so that no contestant is always first.
 */
public final class Bench {
  /** More than any workload needs. */
  private static final int HEAP_MIB = 1024;

  private static final double LATENCY_RATE_SHARE = 0.1;

  private final BenchPlan plan;
  private final List<Contestant> contestants;
  private final Consumer<String> console;

  /**
   * Prepares a comparison.
   *
   * @param contestants the first is the upper limit and sets the rate of the latency runs
   * @param console receives one line for each run
   */
  public Bench(BenchPlan plan, List<Contestant> contestants, Consumer<String> console) {
    this.plan = plan;
    this.contestants = List.copyOf(contestants);
    this.console = console;
  }

  /**
   * Runs the comparison, which takes some minutes.
   *
   * @throws io.promptstream.application.cli.CommandFailedException if a process fails; all are
   *     stopped. If a peer needs a Python that does not exist, none is started
   */
  public BenchResult run() throws InterruptedException, IOException {
    for (Contestant contestant : contestants) {
      if (contestant.program() instanceof Peer peer) {
        peer.requireProgram();
      }
    }
    try (Services services = Services.start()) {
      return run(services);
    }
  }

  /** Runs the comparison on running services. */
  BenchResult run(Services services) throws InterruptedException, IOException {
    List<Lane> lanes =
        contestants.stream().map(contestant -> new Lane(contestant, plan)).toList();
    measureThroughputs(services, lanes);
    double limit =
        Statistics.of(lanes.get(0).throughputs, Throughput::eventsPerSecond).median();
    double rate =
        plan.steady().rate() == 0 ? limit * LATENCY_RATE_SHARE : plan.steady().rate();
    measureLatencies(services, lanes, rate);
    Map<String, Figures> figures = new LinkedHashMap<>();
    lanes.forEach(lane -> figures.put(
        lane.contestant.name(), new Figures(lane.throughputs, lane.latencies, lane.atRest)));
    return new BenchResult(plan, Machine.here(), rate, figures);
  }

  /** A contestant and the results of its runs so far. */
  private static final class Lane {
    final Contestant contestant;
    final BenchPlan plan;
    final List<Throughput> throughputs = new ArrayList<>();
    final List<Latency> latencies = new ArrayList<>();
    final List<Latency> atRest = new ArrayList<>();

    Lane(Contestant contestant, BenchPlan shared) {
      this.contestant = contestant;
      plan = contestant.plan(shared);
    }

    /** Returns the input topic of its throughput runs, and of others with the same events. */
    String input() {
      return "bench-input-" + plan.workload() + (contestant.readsFloats() ? "-floats" : "");
    }
  }

  private void measureThroughputs(Services services, List<Lane> lanes)
      throws InterruptedException, IOException {
    ThroughputRun run = new ThroughputRun(services);
    Set<String> inputs = new HashSet<>();
    for (Lane lane : lanes) {
      if (inputs.add(lane.input())) {
        run.load(launch("load", lane.input(), lane, 0));
      }
    }
    for (int round = 0; round < plan.rounds(); round++) {
      for (Lane lane : order(lanes, round)) {
        Throughput throughput = run.run(launch("throughput", lane.input(), lane, round));
        lane.throughputs.add(throughput);
        say(
            lane.contestant,
            round,
            "%,.0f events/s over %.1f s%s",
            throughput.eventsPerSecond(),
            throughput.seconds(),
            plan.isComplete(throughput) ? "" : "; the backlog ended early, see --events");
      }
    }
    services.cluster().delete(inputs);
  }

  private void measureLatencies(Services services, List<Lane> lanes, double rate)
      throws InterruptedException, IOException {
    LatencyRun run = new LatencyRun(services);
    for (int round = 0; round < plan.rounds(); round++) {
      for (Lane lane : order(lanes, round)) {
        String input = "bench-input-%s-%d".formatted(lane.contestant.name(), round);
        LatencyRun.Latencies latencies = run.run(launch("latency", input, lane, round), rate);
        lane.latencies.add(latencies.atRate());
        lane.atRest.add(latencies.atRest());
        say(
            lane.contestant,
            round,
            "%.1f ms at the 99th percentile, %.1f ms at rest",
            latencies.atRate().p99(),
            latencies.atRest().p99());
      }
    }
  }

  private static List<Lane> order(List<Lane> lanes, int round) {
    List<Lane> order = new ArrayList<>(lanes);
    Collections.rotate(order, -round);
    return order;
  }

  private static Launch launch(String kind, String input, Lane lane, int round) {
    String id = "bench-%s-%s-%d".formatted(kind, lane.contestant.name(), round);
    return new Launch(id, lane.contestant, lane.plan, input, HEAP_MIB);
  }

  private void say(Contestant contestant, int round, String format, Object... figures) {
    console.accept("round %d of %d, %s: ".formatted(round + 1, plan.rounds(), contestant.name())
        + String.format(Locale.ROOT, format, figures));
  }
}
