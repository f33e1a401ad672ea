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
   * @param atRest results of the same runs at rest
   */
  public record Figures(
      List<Throughput> throughputs, List<Latency> latencies, List<Latency> atRest) {
    public Figures {
      throughputs = List.copyOf(throughputs);
      latencies = List.copyOf(latencies);
      atRest = List.copyOf(atRest);
    }

    /** Returns all figures that are reported. */
    List<Figure> all() {
      List<Figure> all = new ArrayList<>();
      all.add(figure("/events_per_second", "events/s", "%,.0f", Throughput::eventsPerSecond));
      for (int i = 1; i < Curve.WARM_UP.size(); i++) {
        int index = i - 1;
        all.add(figure(
            "/warm_up_events_per_second/to_%d_s".formatted(Curve.WARM_UP.get(i)),
            "events/s, %d to %d s".formatted(Curve.WARM_UP.get(index), Curve.WARM_UP.get(i)),
            "%,.0f",
            throughput -> throughput.warmUp().get(index)));
      }
      all.add(figure("/counted_seconds", "counted, s", "%.1f", Throughput::seconds));
      all.add(figure(
          "/megabytes_per_second_out", "MB/s out", "%,.1f", Throughput::megabytesPerSecondOut));
      all.addAll(percentiles("/latency_ms", "latency", latencies));
      all.addAll(percentiles("/latency_at_rest_ms", "at rest", atRest));
      all.add(figure(
          "/cpu_seconds_per_million_events",
          "CPU s per 10⁶ events",
          "%,.1f",
          Throughput::cpuSecondsPerMillionEvents));
      all.add(
          figure("/peak_resident_mib", "peak resident MiB", "%,.0f", Throughput::peakResidentMib));
      return all;
    }

    private Figure figure(
        String pointer, String title, String format, ToDoubleFunction<Throughput> figure) {
      return new Figure(pointer, title, format, throughput(figure));
    }

    private static List<Figure> percentiles(String pointer, String title, List<Latency> latencies) {
      String format = "%.1f";
      return List.of(
          new Figure(
              pointer + "/p50", title + " p50, ms", format, Statistics.of(latencies, Latency::p50)),
          new Figure(
              pointer + "/p99", title + " p99, ms", format, Statistics.of(latencies, Latency::p99)),
          new Figure(
              pointer + "/p999",
              title + " p99.9, ms",
              format,
              Statistics.of(latencies, Latency::p999)));
    }

    /** Returns one figure of the runs at full speed. */
    public Statistics throughput(ToDoubleFunction<Throughput> figure) {
      return Statistics.of(throughputs, figure);
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
   * Ratios between two contestants, each of medians, the first divided by the second.
   *
   * @param name names of both, such as {@code look-ahead/pass}
   * @param throughput events per second
   * @param p99 99th percentile of latency at the rate
   * @param atRestP50 median latency at rest
   * @param atRestP99 99th percentile of latency at rest
   */
  public record Ratio(
      String name, double throughput, double p99, double atRestP50, double atRestP99) {}

  public BenchResult {
    contestants = new LinkedHashMap<>(contestants);
  }

  /** Returns the ratios of look-ahead, or else of the first contestant, to each other one. */
  public List<Ratio> ratios() {
    String lookAhead = Contestant.LOOK_AHEAD.name();
    String base = contestants.containsKey(lookAhead)
        ? lookAhead
        : contestants.keySet().iterator().next();
    return contestants.keySet().stream()
        .filter(name -> !name.equals(base))
        .map(name -> ratio(base, name))
        .toList();
  }

  private Ratio ratio(String name, String other) {
    Figures first = figures(name);
    Figures second = figures(other);
    return new Ratio(
        name + '/' + other,
        ratio(first.throughputs(), second.throughputs(), Throughput::eventsPerSecond),
        ratio(first.latencies(), second.latencies(), Latency::p99),
        ratio(first.atRest(), second.atRest(), Latency::p50),
        ratio(first.atRest(), second.atRest(), Latency::p99));
  }

  private static <T> double ratio(List<T> first, List<T> second, ToDoubleFunction<T> figure) {
    return Statistics.of(first, figure).median() / Statistics.of(second, figure).median();
  }

  private Figures figures(String name) {
    Figures figures = contestants.get(name);
    if (figures == null) {
      throw new IllegalArgumentException("no contestant " + name);
    }
    return figures;
  }
}
