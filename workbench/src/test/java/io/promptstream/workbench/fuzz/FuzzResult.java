package io.promptstream.workbench.fuzz;

import static java.util.stream.Collectors.joining;

import io.promptstream.topology.errors.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The result of a run.
 *
 * @param plan parameters of the run
 * @param tallies outcomes for each kind
 * @param rates throughput
 * @param peakResidentMib peak resident memory of the application's process, in MiB
 * @param log length of the application's log
 * @param violations descriptions of all violations
 */
record FuzzResult(
    FuzzPlan plan,
    Map<Kind, Tally> tallies,
    Rates rates,
    double peakResidentMib,
    Log log,
    List<String> violations) {
  private static final String ROW = "%-19s %8s %8s %8s  %s%n";
  private static final int MAX_SHOWN = 20;

  FuzzResult {
    tallies = Map.copyOf(tallies);
    violations = List.copyOf(violations);
  }

  /**
   * Events per second.
   *
   * @param goodAlone good events before the hostile ones
   * @param goodAmongHostile good events mixed with hostile ones
   * @param all all events, while good and hostile ones are mixed
   */
  record Rates(double goodAlone, double goodAmongHostile, double all) {}

  /**
   * Length of the application's log.
   *
   * @param lines number of lines
   * @param bound maximum number of lines
   * @param ran how long the application ran
   */
  record Log(int lines, int bound, Duration ran) {}

  /** Returns the outcomes of each kind, followed by memory, rates, log and violations. */
  String table() {
    StringBuilder table = new StringBuilder();
    row(table, "kind", "sent", "encoded", "violate", "rejected as");
    Tally none = new Tally();
    int sent = 0;
    int encoded = 0;
    Map<ErrorCode, Integer> rejected = new TreeMap<>();
    for (Kind kind : plan.kinds()) {
      Tally tally = tallies.getOrDefault(kind, none);
      row(
          table,
          kind.name(),
          number(tally.sent()),
          number(tally.encoded()),
          number(tally.violations()),
          codes(tally.rejected()));
      sent += tally.sent();
      encoded += tally.encoded();
      tally.rejected().forEach((code, count) -> rejected.merge(code, count, Integer::sum));
    }
    row(table, "all", number(sent), number(encoded), number(violations.size()), codes(rejected));
    return table.append(figures()).toString();
  }

  private static void row(StringBuilder table, String... cells) {
    table.append(ROW.formatted((Object[]) cells).replaceAll(" +(\\R)", "$1"));
  }

  private static String codes(Map<ErrorCode, Integer> rejected) {
    return new TreeMap<>(rejected)
        .entrySet().stream()
            .map(entry -> entry.getKey() + " " + number(entry.getValue()))
            .collect(joining(", "));
  }

  private String figures() {
    return String.format(
        Locale.ROOT,
        """
        memory      %,.0f MiB resident at most, with a heap of %d MiB
        good alone  %,.0f events/s
        among bad   %,.0f good events/s, of %,.0f events/s in all
        log         %d lines in %d s, at most %d
        violations  %d with seed %d
        %s
        """,
        peakResidentMib,
        FuzzRun.HEAP_MIB,
        rates.goodAlone(),
        rates.goodAmongHostile(),
        rates.all(),
        log.lines(),
        log.ran().toSeconds(),
        log.bound(),
        violations.size(),
        plan.seed(),
        violations.stream().limit(MAX_SHOWN).map("  %s%n"::formatted).collect(joining()));
  }

  private static String number(int number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
