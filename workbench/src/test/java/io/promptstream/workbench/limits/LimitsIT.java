package io.promptstream.workbench.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.workbench.Scenario;
import io.promptstream.workbench.SharedServices;
import io.promptstream.workbench.limits.LimitsRun.Outcome;
import io.promptstream.workbench.services.Services;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Tests that an application with the minimum heap that its bound requires loses nothing and stays
 * within the bound, with any backlog and a slow broker. The time for which events are sent is a
 * system property, see docs/operations.md.
 */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(SharedServices.Resolver.class)
final class LimitsIT {
  /** By default long enough for one pause of the slow broker. */
  private static final double MINUTES = Scenario.number("limits.minutes", 0.1);

  private Services services;

  @BeforeAll
  void start(SharedServices shared) throws Exception {
    services = Services.startBroker(shared.registryUrl(), Map.of());
  }

  @AfterAll
  void stop() {
    services.close();
  }

  /** Each load sends more than its backlog, however short the time is. */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "SLOW")
  @Tag("soak")
  void shouldKeepToItsBoundAndLoseNothing(Load load) throws Exception {
    run(load);
  }

  @Test
  void shouldKeepToItsBoundWhenTheBrokerIsSlow() throws Exception {
    run(Load.SLOW);
  }

  private void run(Load load) throws Exception {
    Scenario scenario = new Scenario("limits-" + load.name());
    LimitsRun run =
        new LimitsRun(services, load, Duration.ofMillis((long) (MINUTES * 60_000)), scenario);
    Outcome outcome = run.run();

    assertThat(outcome.good() + outcome.bad()).isGreaterThan(load.ahead());
    assertThat(outcome.last().embedded()).isEqualTo(outcome.good());
    assertThat(outcome.last().rejected()).isEqualTo(outcome.bad());
    assertThat(outcome.peakMib())
        .as("resident MiB with a heap of %d", run.heapMib())
        .isLessThan((double) run.boundMib());
  }
}
