package io.promptstream.workbench.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The result of a comparison.
 *
 * @param plan what was measured
 * @param machine where it was measured
 * @param latencyRate events per second in the latency runs
 * @param contestants figures by contestant name; the upper limit first
 */
public record BenchResult(
    BenchPlan plan, Machine machine, double latencyRate, Map<String, Figures> contestants) {

  /**
   * Results of one contestant, one of each kind for each round.
   *
   * @param throughputs results of its runs at full speed
   * @param latencies results of its runs at a fixed rate
   */
  public record Figures(List<Throughput> throughputs, List<Latency> latencies) {
    public Figures {
      throughputs = List.copyOf(throughputs);
      latencies = List.copyOf(latencies);
    }

    /** Returns all figures that are reported. */
    List<Figure> all() {
      return List.of(
          new Figure(
              "/events_per_second", "events/s", "%,.0f", throughput(Throughput::eventsPerSecond)),
          new Figure(
              "/megabytes_per_second_out",
              "MB/s out",
              "%,.1f",
              throughput(Throughput::megabytesPerSecondOut)),
          new Figure("/latency_ms/p50", "latency p50, ms", "%.0f", latency(Latency::p50)),
          new Figure("/latency_ms/p99", "latency p99, ms", "%.0f", latency(Latency::p99)),
          new Figure("/latency_ms/p999", "latency p99.9, ms", "%.0f", latency(Latency::p999)),
          new Figure(
              "/cpu_seconds_per_million_events",
              "CPU s per 10⁶ events",
              "%,.1f",
              throughput(Throughput::cpuSecondsPerMillionEvents)),
          new Figure(
              "/peak_resident_mib",
              "peak resident MiB",
              "%,.0f",
              throughput(Throughput::peakResidentMib)));
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
   * One figure of a contestant.
   *
   * @param pointer JSON pointer
   * @param title for people
   * @param format of a number for people
   * @param values over the rounds
   */
  record Figure(String pointer, String title, String format, Statistics values) {
    /** Returns median and range as text. */
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s [%s to %s]".replace("%s", format),
          values.median(),
          values.min(),
          values.max());
    }
  }

  /**
   * Ratios between two contestants.
   *
   * @param name names of both, such as {@code look-ahead/pass}
   * @param throughput median events per second, the first divided by the second
   * @param p99 median 99th percentile of latency, the first divided by the second
   */
  public record Ratio(String name, double throughput, double p99) {}

  public BenchResult {
    contestants = new LinkedHashMap<>(contestants);
  }

  /** Returns each contestant relative to the upper limit, then relative to each later one. */
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
