package io.promptstream.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.bench.BenchPlan.FullSpeed;
import io.promptstream.workbench.bench.BenchPlan.Steady;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BenchPlanTest {
  private static BenchPlan plan(Workload workload, int rounds, FullSpeed fullSpeed) {
    return new BenchPlan(
        workload,
        BenchPlan.events(workload, fullSpeed),
        rounds,
        fullSpeed,
        new Steady(Steady.DEFAULT_DURATION, 0, Steady.DEFAULT_AT_REST),
        new BenchPlan.Stream(1, Guarantee.AT_LEAST_ONCE));
  }

  @ParameterizedTest
  @EnumSource(Workload.class)
  void shouldFitTenMinutesByDefault(Workload workload) {
    BenchPlan plan = plan(workload, BenchPlan.DEFAULT_ROUNDS, FullSpeed.DEFAULT);

    assertThat(plan.estimate(Contestant.all(workload).size()))
        .isLessThanOrEqualTo(Duration.ofMinutes(10))
        .isGreaterThan(Duration.ofMinutes(4));
  }

  @Test
  void shouldEstimateAllRunsOfAllContestants() {
    // 80 s to prepare; for each contestant and round 2 × 10 s around a run, 35 s at full speed,
    // 8 s to warm up, 2 + 8 s at a fixed rate, and 40 × 0.3 s at rest.
    assertThat(plan(Workload.CLICKS, 2, FullSpeed.DEFAULT).estimate(3)).hasSeconds(80 + 6 * 85);
  }

  @Test
  void shouldCountForFifteenSecondsAfterTwentyByDefault() {
    assertThat(FullSpeed.DEFAULT.warmUp()).hasSeconds(20);
    assertThat(FullSpeed.DEFAULT.counted()).hasSeconds(15);
  }

  @Test
  void shouldMakeABacklogForTheWholeRun() {
    assertThat(plan(Workload.MASKS, 1, FullSpeed.DEFAULT).events()).isEqualTo(900 * 35);
    assertThat(plan(Workload.MASKS, 1, FullSpeed.DEFAULT)
            .withWorkload(Workload.CLICKS)
            .events())
        .isEqualTo(120_000 * 35);
  }

  @Test
  void shouldWarmUpLatencyRunsForAShareOfTheTime() {
    assertThat(plan(Workload.CLICKS, 1, FullSpeed.DEFAULT).latencyWarmUpSeconds())
        .isCloseTo(8, within(1e-6));
  }

  @Test
  void shouldSeeThatABacklogEndedEarly() {
    BenchPlan plan = plan(Workload.CLICKS, 1, FullSpeed.DEFAULT);

    assertThat(plan.isComplete(throughput(15))).isTrue();
    assertThat(plan.isComplete(throughput(14))).isFalse();
  }

  private static Throughput throughput(double seconds) {
    return new Throughput(1, seconds, List.of(), 1, 1, 1);
  }

  @Test
  void shouldSayWhatItCounts() {
    assertThat(BenchTable.count(FullSpeed.DEFAULT))
        .isEqualToIgnoringNewLines(
            "At full speed, events are counted for 15 s after 20 s of load.");
  }

  @Test
  void shouldSayHowLongItTakes() {
    assertThat(BenchTable.duration(Duration.ofSeconds(449)))
        .isEqualToIgnoringNewLines("Takes about 7 min on two otherwise idle cores.");
    assertThat(BenchTable.duration(Duration.ofSeconds(2))).startsWith("Takes about 1 min");
  }
}
