package io.promptstream.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptstream.workbench.Guarantee;
import java.time.Duration;
import java.util.Collections;
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
        "/warm_up_events_per_second/to_5_s",
        "/warm_up_events_per_second/to_30_s",
        "/counted_seconds",
        "/megabytes_per_second_out",
        "/latency_ms/p50",
        "/latency_ms/p99",
        "/latency_ms/p999",
        "/latency_at_rest_ms/p50",
        "/latency_at_rest_ms/p99",
        "/latency_at_rest_ms/p999",
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
  void shouldCompareLookAheadWithEachOther() {
    JsonNode json = BenchJson.of(result());

    JsonNode ratios = json.path("ratios");
    assertThat(ratios.fieldNames())
        .toIterable()
        .containsExactly("look-ahead/pass", "look-ahead/record-at-a-time");
    assertThat(ratios.path("look-ahead/pass").asDouble()).isEqualTo(0.5);
    assertThat(ratios.path("look-ahead/record-at-a-time").asDouble()).isEqualTo(10);
    assertThat(json.path("latency_p99_ratios").path("look-ahead/pass").asDouble())
        .isEqualTo(1);
    assertThat(json.path("at_rest_p50_ratios").path("look-ahead/pass").asDouble())
        .isEqualTo(1);
    assertThat(json.path("at_rest_p99_ratios").path("look-ahead/pass").asDouble())
        .isEqualTo(1);
  }

  @Test
  void shouldCompareTheFirstVariantWithEachOther() {
    Map<String, BenchResult.Figures> variants = new LinkedHashMap<>();
    variants.put("defaults", figures(100, 100, 100));
    variants.put("lz4", figures(200, 200, 200));

    assertThat(new BenchResult(result().plan(), MACHINE, 10, variants).ratios())
        .containsExactly(new BenchResult.Ratio("defaults/lz4", 0.5, 1, 1, 1));
  }

  @Test
  void shouldShowMediansSpreadAndRatiosAsText() {
    assertThat(BenchTable.of(result()))
        .contains("2,000 [1,000 to 3,000]")
        .containsPattern(
            "look-ahead/pass +0\\.50 events/s +1\\.00 latency p99 +1\\.00 and +1\\.00 at rest")
        .containsPattern("events/s, 0 to 5 s +40 \\[40 to 40\\]")
        .containsPattern("at rest p99.9, ms +6\\.0 \\[6\\.0 to 6\\.0\\]");
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
        100,
        3,
        BenchPlan.FullSpeed.DEFAULT,
        new BenchPlan.Steady(Duration.ofSeconds(10), 0, 40),
        new BenchPlan.Stream(1, Guarantee.EXACTLY_ONCE_V2));
    return new BenchResult(plan, MACHINE, 200, contestants);
  }

  private static BenchResult.Figures figures(double first, double second, double third) {
    return new BenchResult.Figures(
        List.of(throughput(first), throughput(second), throughput(third)),
        Collections.nCopies(3, new Latency(1, 2, 3)),
        Collections.nCopies(3, new Latency(4, 5, 6)));
  }

  private static Throughput throughput(double eventsPerSecond) {
    return new Throughput(
        eventsPerSecond, 15, List.of(40.0, 50.0, 60.0, 70.0), eventsPerSecond / 10, 5, 600);
  }
}
