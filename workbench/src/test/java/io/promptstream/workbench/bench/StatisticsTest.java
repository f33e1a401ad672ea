package io.promptstream.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class StatisticsTest {
  @Test
  void shouldTakeTheMiddleOfAnOddNumberOfValues() {
    assertThat(Statistics.of(3, 1, 2)).isEqualTo(new Statistics(2, 1, 3));
  }

  @Test
  void shouldTakeTheMeanOfTheTwoInTheMiddleOfAnEvenNumber() {
    assertThat(Statistics.of(4, 1, 2, 10)).isEqualTo(new Statistics(3, 1, 10));
  }

  @Test
  void shouldBeTheValueItselfWhereThereIsOne() {
    assertThat(Statistics.of(7)).isEqualTo(new Statistics(7, 7, 7));
  }

  @Test
  void shouldRefuseToSummariseNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> Statistics.of());
  }

  @Test
  void shouldTakePercentilesByTheNearestRank() {
    Histogram micros = new Histogram(3);
    LongStream.rangeClosed(1, 1000).forEach(micros::recordValue);

    assertThat(Latency.of(micros)).isEqualTo(new Latency(0.5, 0.99, 0.999));
  }

  @Test
  void shouldTakeEveryPercentileOfOneValue() {
    Histogram micros = new Histogram(3);
    micros.recordValue(5);

    assertThat(Latency.of(micros)).isEqualTo(new Latency(0.005, 0.005, 0.005));
  }
}
