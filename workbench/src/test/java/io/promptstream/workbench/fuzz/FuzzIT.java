package io.promptstream.workbench.fuzz;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.workbench.Guarantee;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the real application with hostile events, with all its processes. */
final class FuzzIT {
  /** Set -Dpromptstream.fuzz.seed=S to run with another seed or to repeat a run. */
  private static final long SEED = Long.getLong("promptstream.fuzz.seed", 42);

  @Test
  void shouldEncodeOrRejectEachOfThousandsOfEvents() throws Exception {
    shouldEncodeOrRejectEach(3_000);
  }

  @Test
  @Tag("soak")
  void shouldEncodeOrRejectEachOfAHundredThousandEvents() throws Exception {
    shouldEncodeOrRejectEach(100_000);
  }

  private static void shouldEncodeOrRejectEach(int events) throws Exception {
    FuzzResult result = run(new FuzzPlan(events, SEED, Guarantee.EXACTLY_ONCE_V2));

    assertThat(result.firstViolations()).as("violations with seed %d", SEED).isEmpty();
    assertThat(result.violations()).isZero();
    assertThat(result.tallies().values().stream().mapToInt(Tally::sent).sum())
        .isEqualTo(events + events / 5);
    assertThat(result.tallies().values()).allMatch(tally -> tally.sent() > 0);
    Set<ErrorCode> codes = EnumSet.noneOf(ErrorCode.class);
    result.tallies().values().forEach(tally -> codes.addAll(tally.rejected().keySet()));
    assertThat(codes).containsExactlyInAnyOrder(ErrorCode.values());
    assertThat(ProcessHandle.current().descendants()).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void shouldFindTheDefectsOfAnApplication() throws Exception {
    FuzzPlan plan = new FuzzPlan(1_000, SEED, Guarantee.AT_LEAST_ONCE);

    FuzzResult result = run(new FuzzRun(plan, DefectiveApplication.class, System.out::println));

    assertThat(result.good()).isFalse();
    assertThat(violations(result, FuzzKind.NOT_FINITE)).isPositive();
    assertThat(violations(result, FuzzKind.BOX_AND_CLICKS)).isPositive();
    assertThat(violations(result, FuzzKind.OUT_OF_IMAGE)).isZero();
    assertThat(result.firstViolations())
        .anyMatch(violation -> violation.contains("embedding has other values"));
    assertThat(FuzzTable.of(result)).contains("with seed " + SEED);
  }

  private static int violations(FuzzResult result, FuzzKind kind) {
    return requireNonNull(result.tallies().get(kind)).violations();
  }

  private static FuzzResult run(FuzzPlan plan) throws Exception {
    return run(new FuzzRun(plan, System.out::println));
  }

  private static FuzzResult run(FuzzRun run) throws Exception {
    FuzzResult result = run.run();
    System.out.println("Seed " + result.plan().seed());
    System.out.println(FuzzTable.of(result));
    return result;
  }
}
