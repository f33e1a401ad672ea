package io.promptstream.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.workbench.Guarantee;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BenchPlanTest {
  private static BenchPlan plan(Workload workload, int warmUp, int events, int rounds) {
    return new BenchPlan(
        workload,
        warmUp,
        events,
        rounds,
        new BenchPlan.Steady(Duration.ofSeconds(10), 0),
        new BenchPlan.Stream(1, Guarantee.AT_LEAST_ONCE));
  }

  @ParameterizedTest
  @EnumSource(Workload.class)
  void shouldFitTenMinutesByDefault(Workload workload) {
    BenchPlan plan = plan(
        workload, BenchPlan.DEFAULT_WARM_UP, workload.defaultEvents(), BenchPlan.DEFAULT_ROUNDS);

    assertThat(plan.estimate(Contestant.all(workload).size()))
        .isLessThanOrEqualTo(Duration.ofMinutes(10))
        .isGreaterThan(Duration.ofMinutes(4));
  }

  @Test
  void shouldEstimateAllRunsOfAllContestants() {
    // 20 s to prepare; for each contestant and round 2 × 10 s around a run, 2 × 10 s to warm up,
    // 20 s of events and 30% of them once more, and 12 s at a fixed rate.
    assertThat(plan(Workload.CLICKS, 300_000, 600_000, 2).estimate(3)).hasSeconds(20 + 6 * 78);
  }

  @Test
  void shouldSayHowLongItTakes() {
    assertThat(BenchTable.duration(Duration.ofSeconds(449)))
        .isEqualToIgnoringNewLines("Takes about 7 min on two otherwise idle cores.");
    assertThat(BenchTable.duration(Duration.ofSeconds(2))).startsWith("Takes about 1 min");
  }
}
