package io.promptstream.workbench.fuzz;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The result of a run.
 *
 * @param plan parameters of the run
 * @param tallies outcomes for each kind
 * @param rates throughput
 * @param memory memory of the application's process
 * @param log length of the application's log
 * @param violations number of violations
 * @param firstViolations descriptions of the first violations
 */
public record FuzzResult(
    FuzzPlan plan,
    Map<FuzzKind, Tally> tallies,
    Rates rates,
    Memory memory,
    Log log,
    int violations,
    List<String> firstViolations) {
  public FuzzResult {
    tallies = Map.copyOf(tallies);
    firstViolations = List.copyOf(firstViolations);
  }

  /**
   * Events per second.
   *
   * @param goodAlone good events before the hostile ones
   * @param goodAmongHostile good events mixed with hostile ones
   * @param all all events, while good and hostile ones are mixed
   */
  public record Rates(double goodAlone, double goodAmongHostile, double all) {}

  /**
   * Memory of the application's process.
   *
   * @param heapMib maximum heap, in MiB
   * @param peakResidentMib peak resident memory, in MiB
   */
  public record Memory(int heapMib, double peakResidentMib) {}

  /**
   * Length of the application's log.
   *
   * @param lines number of lines
   * @param bound maximum number of lines
   * @param ran how long the application ran
   */
  public record Log(int lines, int bound, Duration ran) {}

  /** Returns whether there are no violations. */
  public boolean good() {
    return violations == 0;
  }
}
