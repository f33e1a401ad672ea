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
    Histogram millis = new Histogram(3);
    LongStream.rangeClosed(1, 1000).forEach(millis::recordValue);

    assertThat(Latency.of(millis)).isEqualTo(new Latency(500, 990, 999));
  }

  @Test
  void shouldTakeEveryPercentileOfOneValue() {
    Histogram millis = new Histogram(3);
    millis.recordValue(5);

    assertThat(Latency.of(millis)).isEqualTo(new Latency(5, 5, 5));
  }
}
