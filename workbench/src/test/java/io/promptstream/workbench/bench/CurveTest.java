package io.promptstream.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.promptstream.workbench.bench.Curve.Sample;
import org.junit.jupiter.api.Test;

final class CurveTest {
  private final Curve curve = new Curve();

  CurveTest() {
    curve.add(new Sample(0, 10, 1));
    curve.add(new Sample(0, 12, 2));
    curve.add(new Sample(100, 14, 3));
    curve.add(new Sample(100, 16, 3.5));
  }

  @Test
  void shouldInterpolateBetweenSamples() {
    assertThat(curve.at(25)).isEqualTo(new Sample(25, 12.5, 2.25));
  }

  @Test
  void shouldReturnTheFirstSampleThatReachesTheCount() {
    assertThat(curve.at(100)).isEqualTo(new Sample(100, 14, 3));
  }

  @Test
  void shouldRejectACountThatWasNeverReached() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> curve.at(101))
        .withMessageContaining("101");
  }
}
