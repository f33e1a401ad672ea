package io.promptstream.workbench.fuzz;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.Scenario;
import io.promptstream.workbench.SharedServices;
import io.promptstream.workbench.services.Services;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests the real application with hostile events. The soak's number of events, seed and guarantee
 * are system properties, see docs/guarantees.md.
 */
@ExtendWith(SharedServices.Resolver.class)
final class FuzzIT {
  private static final long SEED = (long) Scenario.number("fuzz.seed", 42);

  private final Services services;

  FuzzIT(SharedServices shared) throws Exception {
    services = shared.services();
  }

  @Test
  void shouldEncodeOrRejectEachOfAThousandEvents() throws Exception {
    shouldEncodeOrRejectEach(new FuzzPlan(1_000, SEED, Guarantee.EXACTLY_ONCE_V2));
  }

  @Test
  @Tag("soak")
  void shouldEncodeOrRejectEachOfAHundredThousandEvents() throws Exception {
    shouldEncodeOrRejectEach(new FuzzPlan(
        (int) Scenario.number("fuzz.events", 100_000),
        SEED,
        Scenario.constant("fuzz.guarantee", Guarantee.EXACTLY_ONCE_V2)));
  }

  @Test
  void shouldFoldOrRejectEachOfAThousandActions() throws Exception {
    shouldFoldOrRejectEach(new FuzzPlan(1_000, SEED, Guarantee.EXACTLY_ONCE_V2, true));
  }

  @Test
  @Tag("soak")
  void shouldFoldOrRejectEachOfAHundredThousandHostileActions() throws Exception {
    shouldFoldOrRejectEach(new FuzzPlan(
        ActionStory.LENGTH * (int) Scenario.number("fuzz.events", 100_000),
        SEED,
        Scenario.constant("fuzz.guarantee", Guarantee.EXACTLY_ONCE_V2),
        true));
  }

  private void shouldFoldOrRejectEach(FuzzPlan plan) throws Exception {
    Set<ErrorCode> codes = EnumSet.noneOf(ErrorCode.class);
    for (ActionKind kind : ActionKind.values()) {
      kind.code().ifPresent(codes::add);
    }
    shouldAnswerEach(plan, codes);
  }

  private void shouldEncodeOrRejectEach(FuzzPlan plan) throws Exception {
    shouldAnswerEach(plan, EnumSet.range(ErrorCode.TOO_MANY_HEADERS, ErrorCode.RESULT_TOO_LARGE));
  }

  private void shouldAnswerEach(FuzzPlan plan, Set<ErrorCode> expectedCodes) throws Exception {
    List<ProcessHandle> before = ProcessHandle.current().descendants().toList();

    FuzzResult result = run(plan, FuzzApplication.class);

    assertThat(result.violations()).as("violations with seed %d", SEED).isEmpty();
    assertThat(result.tallies().values().stream().mapToInt(Tally::sent).sum())
        .isEqualTo(plan.events() + plan.events() / 5);
    assertThat(result.tallies().values()).allMatch(tally -> tally.sent() > 0);
    Set<ErrorCode> codes = EnumSet.noneOf(ErrorCode.class);
    result.tallies().values().forEach(tally -> codes.addAll(tally.rejected().keySet()));
    assertThat(codes).isEqualTo(expectedCodes);
    assertThat(before).containsAll(ProcessHandle.current().descendants().toList());
  }

  @Test
  void shouldFindTheDefectsOfAnApplication() throws Exception {
    FuzzResult result =
        run(new FuzzPlan(300, SEED, Guarantee.AT_LEAST_ONCE), DefectiveApplication.class);

    assertThat(violations(result, FuzzKind.NOT_FINITE)).isPositive();
    assertThat(violations(result, FuzzKind.BOX_AND_CLICKS)).isPositive();
    assertThat(violations(result, FuzzKind.OUT_OF_IMAGE)).isZero();
    assertThat(result.violations())
        .anyMatch(violation -> violation.contains("embedding has other values"));
    assertThat(result.table()).contains("with seed " + SEED);
  }

  private static int violations(FuzzResult result, FuzzKind kind) {
    return requireNonNull(result.tallies().get(kind)).violations();
  }

  private FuzzResult run(FuzzPlan plan, Class<?> application) throws Exception {
    return new FuzzRun(plan, application, services, new Scenario(plan.application())).run();
  }
}
