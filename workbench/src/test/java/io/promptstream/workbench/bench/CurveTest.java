package io.promptstream.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.workbench.bench.Curve.Sample;
import org.junit.jupiter.api.Test;

final class CurveTest {
  private final Curve curve = new Curve();

  CurveTest() {
    curve.add(new Sample(0, 10, 1));
    curve.add(new Sample(0, 12, 2));
    curve.add(new Sample(100, 14, 3));
    curve.add(new Sample(100, 16, 3.5));
    curve.add(new Sample(900, 24, 7.5));
  }

  @Test
  void shouldInterpolateBetweenSamples() {
    assertThat(curve.at(0.5)).isEqualTo(new Sample(25, 12.5, 2.25));
  }

  @Test
  void shouldCountTimeFromTheFirstOutput() {
    assertThat(curve.seconds()).isEqualTo(12);
    assertThat(curve.at(0)).isEqualTo(new Sample(0, 12, 2));
  }

  @Test
  void shouldReturnTheLastSampleAfterTheEnd() {
    assertThat(curve.at(12)).isEqualTo(new Sample(900, 24, 7.5));
    assertThat(curve.at(100)).isEqualTo(new Sample(900, 24, 7.5));
  }

  @Test
  void shouldRateTheIntervalsOfTheWarmUpUntilTheEnd() {
    // 100 events in 2 s, none for 2 s, then 100 a second until second 12.
    assertThat(curve.warmUpRates()).containsExactly(200.0 / 5, 100.0, 100.0, 0.0);
  }
}
