package io.promptstream.workbench.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.workbench.limits.LimitsRun.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An application with no more heap than its bound asks for loses nothing and takes no more memory
 * than the bound says, whatever waits for it and however slow the broker is.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
final class BackPressureIT {
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

  @ParameterizedTest
  @EnumSource
  void shouldKeepToItsBoundAndLoseNothing(Load load) throws Exception {
    LimitsRun run = new LimitsRun(environment, load, SENDING);

    Outcome outcome = run.run(sample -> {});

    assertThat(outcome.good() + outcome.bad()).isGreaterThan(load.ahead());
    assertThat(outcome.last().embedded()).isEqualTo(outcome.good());
    assertThat(outcome.last().rejected()).isEqualTo(outcome.bad());
    assertThat(outcome.peakMib())
        .as("resident MiB with a heap of %d", run.heapMib())
        .isLessThan((double) run.boundMib());
  }
}
