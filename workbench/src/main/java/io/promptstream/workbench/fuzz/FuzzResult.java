package io.promptstream.workbench.fuzz;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a run showed.
 *
 * @param plan what was sent
 * @param tallies what came of each kind
 * @param rates how fast it went
 * @param memory what it took
 * @param log the lines of the application's log
 * @param violations how many there were
 * @param firstViolations the first of them
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
   * @param goodAlone good events with nothing in between
   * @param goodAmongHostile good events with hostile ones in between
   * @param all all events, while there were hostile ones
   */
  public record Rates(double goodAlone, double goodAmongHostile, double all) {}

  /**
   * Of the application's process.
   *
   * @param heapMib most heap that it was given
   * @param peakResidentMib most physical memory that it ever had
   */
  public record Memory(int heapMib, double peakResidentMib) {}

  /**
   * Of the application's process.
   *
   * @param lines how many it has
   * @param bound how many it may have
   * @param ran how long the application ran
   */
  public record Log(int lines, int bound, Duration ran) {}

  /** Returns whether nothing was violated. */
  public boolean good() {
    return violations == 0;
  }
}
