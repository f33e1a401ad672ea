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
 * An application with no more heap than its bound asks for loses nothing and takes no more memory
 * than the bound says, whatever waits for it and however slow the broker is.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class BackPressureIT {
  /** So long that the slow broker stands still once. */
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

  /** Its events are those of the slow broker. */
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
