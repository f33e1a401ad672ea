package io.promptstream.workbench.fuzz;

import static java.util.stream.Collectors.joining;

import io.promptstream.topology.errors.ErrorCode;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Formats a run's result as a human-readable table. */
public final class FuzzTable {
  private static final String ROW = "%-19s %8s %8s %8s  %s%n";

  private FuzzTable() {}

  /** Returns the outcomes of each kind, followed by memory, rates, log and violations. */
  public static String of(FuzzResult result) {
    StringBuilder table = new StringBuilder();
    row(table, "kind", "sent", "encoded", "violate", "rejected as");
    Tally none = new Tally();
    int sent = 0;
    int encoded = 0;
    Map<ErrorCode, Integer> rejected = new TreeMap<>();
    for (FuzzKind kind : FuzzKind.values()) {
      Tally tally = result.tallies().getOrDefault(kind, none);
      row(table, kind.name(), tally);
      sent += tally.sent();
      encoded += tally.encoded();
      tally.rejected().forEach((code, count) -> rejected.merge(code, count, Integer::sum));
    }
    row(table, "all", number(sent), number(encoded), number(result.violations()), codes(rejected));
    return table.append(figures(result)).append(violations(result)).toString();
  }

  private static void row(StringBuilder table, String name, Tally tally) {
    row(
        table,
        name,
        number(tally.sent()),
        number(tally.encoded()),
        number(tally.violations()),
        codes(tally.rejected()));
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

  private static String figures(FuzzResult result) {
    return String.format(
        Locale.ROOT,
        """

        memory      %,.0f MiB resident at most, with a heap of %d MiB
        good alone  %,.0f events/s
        among bad   %,.0f good events/s, of %,.0f events/s in all
        log         %d lines in %d s, at most %d, and none quotes an event
        """,
        result.memory().peakResidentMib(),
        result.memory().heapMib(),
        result.rates().goodAlone(),
        result.rates().goodAmongHostile(),
        result.rates().all(),
        result.log().lines(),
        result.log().ran().toSeconds(),
        result.log().bound());
  }

  private static String violations(FuzzResult result) {
    if (result.good()) {
      return "violations  none%n".formatted();
    }
    return "violations  %d with seed %d; the first:%n%s%n"
        .formatted(
            result.violations(),
            result.plan().seed(),
            result.firstViolations().stream()
                .map(violation -> "  " + violation)
                .collect(joining(System.lineSeparator())));
  }

  private static String number(int number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
