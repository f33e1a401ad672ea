package io.promptstream.workbench.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.workbench.limits.LimitsRun.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Tests that an application with the minimum heap that its bound requires loses nothing and stays
 * within the bound, with any backlog and a slow broker.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class BackPressureIT {
  /** Long enough for one pause of the slow broker. */
  private static final Duration SENDING = Duration.ofSeconds(6);

  private LimitsEnvironment environment;

  @BeforeAll
  void start() throws Exception {
    environment = LimitsEnvironment.start();
  }

  @AfterAll
  void stop() {
    environment.close();
  }

  /** Has the same events as the slow broker's load. */
  @Test
  @Tag("soak")
  void shouldKeepToItsBoundWhenClicksWait() throws Exception {
    shouldKeepToItsBoundAndLoseNothing(Load.SMALL, SENDING);
  }

  @Test
  @Tag("soak")
  void shouldKeepToItsBoundWhenLargeEventsWait() throws Exception {
    shouldKeepToItsBoundAndLoseNothing(Load.LARGE, Duration.ZERO);
  }

  @Test
  @Tag("soak")
  void shouldKeepToItsBoundWhenEventsAreFullOfHeaders() throws Exception {
    shouldKeepToItsBoundAndLoseNothing(Load.HEADERS, Duration.ZERO);
  }

  @Test
  void shouldKeepToItsBoundWhenTheBrokerIsSlow() throws Exception {
    shouldKeepToItsBoundAndLoseNothing(Load.SLOW, SENDING);
  }

  private void shouldKeepToItsBoundAndLoseNothing(Load load, Duration sending) throws Exception {
    LimitsRun run = new LimitsRun(environment, load, sending);

    Outcome outcome = run.run(sample -> {});

    assertThat(outcome.good() + outcome.bad()).isGreaterThan(load.ahead());
    assertThat(outcome.last().embedded()).isEqualTo(outcome.good());
    assertThat(outcome.last().rejected()).isEqualTo(outcome.bad());
    assertThat(outcome.peakMib())
        .as("resident MiB with a heap of %d", run.heapMib())
        .isLessThan((double) run.boundMib());
  }
}
