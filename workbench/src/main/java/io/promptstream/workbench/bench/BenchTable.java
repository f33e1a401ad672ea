package io.promptstream.workbench.bench;

import io.promptstream.workbench.bench.BenchResult.Figures;
import io.promptstream.workbench.bench.BenchResult.Ratio;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Formats a comparison as text: medians with the range over the rounds, and ratios. */
public final class BenchTable {
  private static final List<Row> ROWS = List.of(
      new Row("events/s", "%,.0f", f -> f.throughput(Throughput::eventsPerSecond)),
      new Row("MB/s out", "%,.1f", f -> f.throughput(Throughput::megabytesPerSecondOut)),
      new Row("latency p50, ms", "%.0f", f -> f.latency(Latency::p50)),
      new Row("latency p99, ms", "%.0f", f -> f.latency(Latency::p99)),
      new Row("latency p99.9, ms", "%.0f", f -> f.latency(Latency::p999)),
      new Row(
          "CPU s per 10⁶ events",
          "%,.1f",
          f -> f.throughput(Throughput::cpuSecondsPerMillionEvents)),
      new Row("peak resident MiB", "%,.0f", f -> f.throughput(Throughput::peakResidentMib)));

  private BenchTable() {}

  /** One figure for all contestants. */
  private record Row(String name, String format, Function<Figures, Statistics> figure) {
    String cell(Figures figures) {
      Statistics values = figure.apply(figures);
      return "%s [%s to %s]"
          .formatted(text(values.median()), text(values.min()), text(values.max()));
    }

    private String text(double value) {
      return String.format(Locale.ROOT, format, value);
    }
  }

  /** Returns two lines that say what is measured and where. */
  public static String heading(BenchPlan plan, Machine machine) {
    return String.format(
        Locale.ROOT,
        "%s: events %,d after %,d to warm up, rounds %d, stream threads %d, %s, weights %s on %s%n%s%n",
        plan.workload(),
        plan.events(),
        plan.warmUp(),
        plan.rounds(),
        plan.stream().threads(),
        plan.stream().guarantee(),
        Bench.CHECKPOINT,
        Bench.DEVICE,
        machine);
  }

  /** Returns a line that says how long the benchmark takes. */
  public static String duration(Duration estimate) {
    long minutes = Math.max(1, Math.round(estimate.toSeconds() / 60.0));
    return String.format(
        Locale.ROOT, "Takes about %d min on two otherwise idle cores.%n%n", minutes);
  }

  /** Returns the table. */
  public static String of(BenchResult result) {
    StringBuilder text = new StringBuilder();
    line(text, "median [min to max]", List.copyOf(result.contestants().keySet()));
    Map<String, Figures> contestants = result.contestants();
    for (Row row : ROWS) {
      line(text, row.name(), contestants.values().stream().map(row::cell).toList());
    }
    text.append(String.format(
        Locale.ROOT, "%nLatency at %,.0f events/s. Ratios of medians:%n", result.latencyRate()));
    for (Ratio ratio : result.ratios()) {
      text.append(String.format(
          Locale.ROOT,
          "%-30s %6.2f events/s  %6.2f latency p99%n",
          ratio.name(),
          ratio.throughput(),
          ratio.p99()));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, List<String> cells) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-20s", name));
    cells.forEach(cell -> line.append(String.format(Locale.ROOT, "  %28s", cell)));
    text.append(line).append(System.lineSeparator());
  }
}
