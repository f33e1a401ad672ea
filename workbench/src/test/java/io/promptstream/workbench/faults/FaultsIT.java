package io.promptstream.workbench.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.promptstream.workbench.Guarantee;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The guarantees under faults, and that the harness finds what breaks them. */
final class FaultsIT {
  private static final Duration SHORT = Duration.ofSeconds(30);
  private static final long SEED = 5;

  @TempDir
  private Path directory;

  @ParameterizedTest
  @CsvSource({"EXACTLY_ONCE_V2, STREAMS", "AT_LEAST_ONCE, CLASSIC"})
  void shouldKeepItsGuaranteeWhileThingsBreak(Guarantee guarantee, GroupProtocol protocol)
      throws Exception {
    FaultReport report =
        new FaultsRun(FaultPlan.of(SHORT, SEED, guarantee, protocol), directory, line -> {}).run();

    assertThat(report.violations()).as(report.table()).isZero();
    assertThat(report.counts().kills()).isPositive();
    assertThat(report.counts().accepted()).isGreaterThan(1_000);
  }

  @Test
  void shouldFindThatRecordsAreBufferedAcrossACommit() throws Exception {
    assertThat(violated(DefectiveApplication.Buffering.class, Guarantee.AT_LEAST_ONCE))
        .singleElement(STRING)
        .contains("at least one sparse and one dense record");
  }

  @Test
  void shouldFindThatAWindowIsDroppedOnARebalance() throws Exception {
    assertThat(violated(DefectiveApplication.DroppingWindows.class, Guarantee.EXACTLY_ONCE_V2))
        .anyMatch(claim -> claim.contains("exactly one sparse and one dense record"))
        // Rejected events are in the window, too.
        .allMatch(
            claim -> claim.startsWith("Every accepted") || claim.startsWith("Every rejected"));
  }

  @Test
  void shouldFindThatARecordIsForwardedBeforeItsSizeIsChecked() throws Exception {
    assertThat(violated(DefectiveApplication.ForwardingUnchecked.class, Guarantee.EXACTLY_ONCE_V2))
        .hasSize(2)
        .anyMatch(claim -> claim.startsWith("Every record is of an event"))
        .anyMatch(claim -> claim.contains("no embedding of a rejected event"));
  }

  /** Returns the claims that do not hold for an application that is killed once or twice. */
  private List<String> violated(Class<?> application, Guarantee guarantee) throws Exception {
    FaultPlan plan = FaultPlan.of(Duration.ofSeconds(4), SEED, guarantee, GroupProtocol.CLASSIC)
        .withApplication(application);
    Deck kills = Deck.of(List.of(Fault.KILL), new Random(SEED));
    FaultReport report = new FaultsRun(plan, kills, directory, line -> {}).run();
    return report.findings().stream()
        .filter(finding -> !finding.violations().isEmpty())
        .map(FaultReport.Finding::claim)
        .toList();
  }
}
