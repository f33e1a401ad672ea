package io.promptstream.workbench.bench;

import io.promptstream.workbench.bench.BenchResult.Figure;
import io.promptstream.workbench.bench.BenchResult.Figures;
import io.promptstream.workbench.bench.BenchResult.Ratio;
import io.promptstream.workbench.services.Services;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Formats a comparison as text: medians with the range over the rounds, and ratios. */
public final class BenchTable {
  private BenchTable() {}

  /** Returns two lines that say what is measured and where. */
  public static String heading(BenchPlan plan, Machine machine) {
    return String.format(
        Locale.ROOT,
        "%s: events %,d, rounds %d, stream threads %d, %s, weights %s on %s%n%s%n",
        plan.workload(),
        plan.events(),
        plan.rounds(),
        plan.stream().threads(),
        plan.stream().guarantee(),
        Services.CHECKPOINT,
        Services.DEVICE,
        machine);
  }

  /** Returns a line that says what a run at full speed counts. */
  public static String count(BenchPlan.FullSpeed fullSpeed) {
    return String.format(
        Locale.ROOT,
        "At full speed, events are counted for %.0f s after %.0f s of load.%n",
        fullSpeed.counted().toMillis() / 1e3,
        fullSpeed.warmUp().toMillis() / 1e3);
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
    List<List<Figure>> columns =
        result.contestants().values().stream().map(Figures::all).toList();
    for (int row = 0; row < columns.get(0).size(); row++) {
      int index = row;
      line(
          text,
          columns.get(0).get(row).title(),
          columns.stream().map(column -> column.get(index).toString()).toList());
    }
    text.append(String.format(
        Locale.ROOT, "%nLatency at %,.0f events/s. Ratios of medians:%n", result.latencyRate()));
    for (Ratio ratio : result.ratios()) {
      text.append(String.format(
          Locale.ROOT,
          "%-34s %6.2f events/s  %6.2f latency p99  %6.2f and %6.2f at rest p50 and p99%n",
          ratio.name(),
          ratio.throughput(),
          ratio.p99(),
          ratio.atRestP50(),
          ratio.atRestP99()));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, List<String> cells) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-22s", name));
    cells.forEach(cell -> line.append(String.format(Locale.ROOT, "  %28s", cell)));
    text.append(line).append(System.lineSeparator());
  }
}
