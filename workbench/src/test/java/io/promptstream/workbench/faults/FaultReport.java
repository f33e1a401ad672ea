package io.promptstream.workbench.faults;

import io.promptstream.workbench.guarantee.Finding;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * The result of a run.
 *
 * @param plan parameters of the run
 * @param strikes each injected fault and its recovery time
 * @param counts of events, kills and restarts
 * @param findings each claim with its violations
 */
record FaultReport(FaultPlan plan, List<Strike> strikes, Counts counts, List<Finding> findings) {
  private static final int MAX_SHOWN = 10;
  private static final double MILLIS = 1e3;

  public FaultReport {
    strikes = List.copyOf(strikes);
    findings = List.copyOf(findings);
  }

  /**
   * An injected fault.
   *
   * @param fault the kind of fault
   * @param recovery time from the fault until every partition has output for an event sent since
   * @param gap longest time in between that a partition had no output
   */
  public record Strike(Fault fault, Duration recovery, Duration gap) {}

  /**
   * Counts of a run.
   *
   * @param accepted events acknowledged by the broker
   * @param kills killed instances
   * @param killsInTransaction killed instances that left an open transaction
   * @param restarts restarts of instances
   * @param peakResidentMib peak resident memory of any instance, in MiB
   */
  public record Counts(
      long accepted, int kills, int killsInTransaction, int restarts, double peakResidentMib) {}

  /** Returns the total number of violations. */
  public int violations() {
    return findings.stream().mapToInt(finding -> finding.violations().size()).sum();
  }

  /** Returns a human-readable table. */
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append(line("%n%-50s %7s %12s %9s", "fault", "strikes", "recovery: s", "worst"));
    for (Fault fault : Fault.values()) {
      row(text, fault.toString(), strikes.stream().filter(strike -> strike.fault() == fault));
    }
    row(text, "all", strikes.stream());
    text.append(line(
        "%n%,d events accepted; %d instances killed, %d of them seen with a transaction open;"
            + " %d restarts; peak memory %,.0f MiB resident",
        counts.accepted(),
        counts.kills(),
        counts.killsInTransaction(),
        counts.restarts(),
        counts.peakResidentMib()));
    findings.forEach(finding -> text.append(verdict(finding)));
    return text.toString();
  }

  private static void row(StringBuilder text, String name, Stream<Strike> strikes) {
    Histogram millis = new Histogram(3);
    strikes.forEach(strike -> millis.recordValue(strike.recovery().toMillis()));
    if (millis.getTotalCount() > 0) {
      text.append(line(
          "%-50s %7d %12.1f %9.1f",
          name,
          millis.getTotalCount(),
          millis.getValueAtPercentile(50) / MILLIS,
          millis.getMaxValue() / MILLIS));
    }
  }

  private static String verdict(Finding finding) {
    StringBuilder text = new StringBuilder();
    int count = finding.violations().size();
    text.append(line("%-14s %s", count == 0 ? "holds" : count + " violations", finding.claim()));
    finding.violations().stream()
        .limit(MAX_SHOWN)
        .forEach(violation -> text.append(line("%14s - %s", "", violation)));
    if (count > MAX_SHOWN) {
      text.append(line("%14s - and %d more", "", count - MAX_SHOWN));
    }
    return text.toString();
  }

  private static String line(String format, Object... arguments) {
    return String.format(Locale.ROOT, format + "%n", arguments);
  }
}
