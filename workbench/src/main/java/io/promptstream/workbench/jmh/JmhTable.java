package io.promptstream.workbench.jmh;

import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/** Formats JMH results: microseconds per token or pair of records, milliseconds per mask. */
public final class JmhTable {
  private static final String ROW = "%-46s %10s %10s %10s  %s%n";

  private JmhTable() {}

  /** Returns a line for each result: median, minimum and maximum of its iterations. */
  public static String of(Collection<RunResult> results) {
    StringBuilder table = new StringBuilder();
    table.append(ROW.formatted("", "median", "min", "max", ""));
    for (RunResult result : results) {
      table.append(row(result.getParams(), result.getPrimaryResult().getStatistics()));
    }
    return table.toString();
  }

  private static String row(BenchmarkParams params, Statistics micros) {
    String benchmark = params.getBenchmark();
    String name =
        benchmark.substring(benchmark.lastIndexOf('.', benchmark.lastIndexOf('.') - 1) + 1);
    if (benchmark.startsWith(TokenBenchmark.class.getName() + '.')) {
      int window = Integer.parseInt(params.getParam("window"));
      return row(
          "%s, %d prompts".formatted(name, window),
          micros,
          BenchmarkPrompts.tokens(window),
          "µs/token");
    }
    if (benchmark.startsWith(ReaderBenchmark.class.getName() + '.')) {
      return row(name, micros, 1, "µs/pair");
    }
    String kind =
        "%s, %s %s".formatted(name, params.getParam("format"), params.getParam("dataType"));
    if (!params.getParamsKeys().contains("masks")) {
      return row(kind, micros, 1000, "ms/mask");
    }
    int masks = Integer.parseInt(params.getParam("masks"));
    return row("%s, %d".formatted(kind, masks), micros, 1000.0 * masks, "ms/mask");
  }

  private static String row(String name, Statistics micros, double divisor, String unit) {
    return ROW.formatted(
        name,
        number(micros.getPercentile(50) / divisor),
        number(micros.getMin() / divisor),
        number(micros.getMax() / divisor),
        unit);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
