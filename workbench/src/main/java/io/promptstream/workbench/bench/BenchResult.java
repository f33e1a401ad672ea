package io.promptstream.workbench.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What a comparison showed.
 *
 * @param plan what was measured
 * @param machine where
 * @param latencyRate events per second at which latencies were measured
 * @param contestants figures by name; the limit first
 */
public record BenchResult(
    BenchPlan plan, Machine machine, double latencyRate, Map<String, Figures> contestants) {

  /**
   * What one contestant showed, over the rounds.
   *
   * @param throughputs of its runs at full speed
   * @param latencies of its runs at a fixed rate
   */
  public record Figures(List<Throughput> throughputs, List<Latency> latencies) {
    public Figures {
      throughputs = List.copyOf(throughputs);
      latencies = List.copyOf(latencies);
    }

    /** Returns one figure of the runs at full speed. */
    public Statistics throughput(ToDoubleFunction<Throughput> figure) {
      return Statistics.of(throughputs, figure);
    }

    /** Returns one figure of the runs at a fixed rate, in milliseconds. */
    public Statistics latency(ToDoubleFunction<Latency> figure) {
      return Statistics.of(latencies, figure);
    }
  }

  /**
   * Two contestants side by side.
   *
   * @param name of both, such as {@code look-ahead/pass}
   * @param throughput the medians of events per second, the first over the second
   * @param p99 the medians of the 99th percentile of latency, the first over the second
   */
  public record Ratio(String name, double throughput, double p99) {}

  public BenchResult {
    contestants = new LinkedHashMap<>(contestants);
  }

  /** Returns every contestant over the limit, and each of the others over those after it. */
  public List<Ratio> ratios() {
    List<String> names = List.copyOf(contestants.keySet());
    List<Ratio> ratios = new ArrayList<>();
    names.stream().skip(1).forEach(name -> ratios.add(ratio(name, names.get(0))));
    for (int i = 1; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        ratios.add(ratio(names.get(i), names.get(j)));
      }
    }
    return ratios;
  }

  private Ratio ratio(String name, String other) {
    Figures first = figures(name);
    Figures second = figures(other);
    return new Ratio(
        name + '/' + other,
        first.throughput(Throughput::eventsPerSecond).median()
            / second.throughput(Throughput::eventsPerSecond).median(),
        first.latency(Latency::p99).median() / second.latency(Latency::p99).median());
  }

  private Figures figures(String name) {
    Figures figures = contestants.get(name);
    if (figures == null) {
      throw new IllegalArgumentException("no contestant " + name);
    }
    return figures;
  }
}
