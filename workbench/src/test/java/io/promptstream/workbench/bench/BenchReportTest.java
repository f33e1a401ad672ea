package io.promptstream.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptstream.workbench.Guarantee;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BenchReportTest {
  private static final Machine MACHINE =
      new Machine(2, "a processor", 1024, "a system", "17", "4", "0.35");

  @Test
  void shouldWriteEachFigureWithItsSpread() {
    JsonNode pass = BenchJson.of(result()).path("contestants").path("pass");

    assertThat(pass.path("events_per_second").toString())
        .isEqualTo("{\"median\":2000.0,\"min\":1000.0,\"max\":3000.0}");
    for (String figure : List.of(
        "/events_per_second",
        "/megabytes_per_second_out",
        "/latency_ms/p50",
        "/latency_ms/p99",
        "/latency_ms/p999",
        "/cpu_seconds_per_million_events",
        "/peak_resident_mib")) {
      assertThat(pass.at(figure).fieldNames())
          .toIterable()
          .as(figure)
          .containsExactly("median", "min", "max");
    }
  }

  @Test
  void shouldSayWhatWasMeasuredAndWhere() {
    JsonNode json = BenchJson.of(result());

    assertThat(json.path("workload").asText()).isEqualTo("masks-full");
    assertThat(json.path("guarantee").asText()).isEqualTo("exactly_once_v2");
    assertThat(json.path("events").asInt()).isEqualTo(100);
    assertThat(json.path("machine").path("cores").asInt()).isEqualTo(2);
  }

  @Test
  void shouldCompareAllWithTheUpperLimitAndWithEachOther() {
    JsonNode ratios = BenchJson.of(result()).path("ratios");

    assertThat(ratios.fieldNames())
        .toIterable()
        .containsExactly("look-ahead/pass", "record-at-a-time/pass", "look-ahead/record-at-a-time");
    assertThat(ratios.path("look-ahead/pass").asDouble()).isEqualTo(0.5);
    assertThat(ratios.path("look-ahead/record-at-a-time").asDouble()).isEqualTo(10);
  }

  @Test
  void shouldShowMediansSpreadAndRatiosAsText() {
    assertThat(BenchTable.of(result()))
        .contains("2,000 [1,000 to 3,000]")
        .containsPattern("look-ahead/pass +0\\.50 events/s +1\\.00 latency p99");
  }

  @Test
  void shouldWriteASeriesOfMemory() {
    JsonNode series = BenchJson.of(
            result().plan(), MACHINE, List.of(new MemorySeries.Sample(50_000, 512.5)))
        .path("resident_mib");

    assertThat(series.toString()).isEqualTo("[{\"events\":50000,\"mib\":512.5}]");
  }

  private static BenchResult result() {
    Map<String, BenchResult.Figures> contestants = new LinkedHashMap<>();
    contestants.put("pass", figures(1000, 3000, 2000));
    contestants.put("look-ahead", figures(1000, 1000, 1000));
    contestants.put("record-at-a-time", figures(100, 100, 100));
    BenchPlan plan = new BenchPlan(
        Workload.MASKS_FULL,
        50,
        100,
        3,
        new BenchPlan.Steady(Duration.ofSeconds(10), 0),
        new BenchPlan.Stream(1, Guarantee.EXACTLY_ONCE_V2));
    return new BenchResult(plan, MACHINE, 200, contestants);
  }

  private static BenchResult.Figures figures(double first, double second, double third) {
    return new BenchResult.Figures(
        List.of(throughput(first), throughput(second), throughput(third)),
        List.of(new Latency(1, 2, 3), new Latency(1, 2, 3), new Latency(1, 2, 3)));
  }

  private static Throughput throughput(double eventsPerSecond) {
    return new Throughput(eventsPerSecond, eventsPerSecond / 10, 5, 600);
  }
}
