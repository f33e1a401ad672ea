package io.promptstream.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.SharedServices;
import io.promptstream.workbench.bench.Contestant.Encoding;
import io.promptstream.workbench.services.Services;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests the whole comparison, with all its processes, on few events. */
@ExtendWith(SharedServices.Resolver.class)
final class BenchIT {
  @TempDir
  private Path directory;

  @Test
  void shouldMeasureAllContestantsAndLeaveNothingBehind(SharedServices services) throws Exception {
    measure(
        services,
        List.of(
            new Contestant("pass", Map.of(), Encoding.CONSTANT, List.of(), Workload.POLYGONS),
            Contestant.on(Workload.SESSIONS)),
        plan(100, 200, 1));
  }

  @Test
  @Tag("soak")
  void shouldMeasureAllContestantsForSomeRounds(SharedServices services) throws Exception {
    measure(
        services,
        List.of(
            new Contestant("pass", Map.of(), Encoding.CONSTANT),
            new Contestant("model", Map.of(), Encoding.MODEL),
            Contestant.on(Workload.POLYGONS),
            Contestant.on(Workload.SESSIONS)),
        plan(500, 1_000, 2));
  }

  private static BenchPlan plan(int warmUp, int events, int rounds) {
    return new BenchPlan(
        Workload.MIXED,
        warmUp,
        events,
        rounds,
        new BenchPlan.Steady(Duration.ofSeconds(1), 0),
        new BenchPlan.Stream(2, Guarantee.AT_LEAST_ONCE));
  }

  private void measure(SharedServices services, List<Contestant> contestants, BenchPlan plan)
      throws Exception {
    List<String> told = new ArrayList<>();

    Services running = services.services();
    List<ProcessHandle> before = ProcessHandle.current().descendants().toList();

    BenchResult result = new Bench(plan, contestants, told::add).run(running);

    Path file = directory.resolve("bench.json");
    BenchJson.write(result, file);
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    for (Contestant each : contestants) {
      JsonNode contestant = json.path("contestants").path(each.name());
      assertThat(contestant.at("/events_per_second/median").asDouble()).isPositive();
      assertThat(contestant.at("/megabytes_per_second_out/median").asDouble()).isPositive();
      assertThat(contestant.at("/latency_ms/p999/max").asDouble()).isNotNegative();
      assertThat(contestant.at("/cpu_seconds_per_million_events/min").asDouble())
          .isPositive();
      assertThat(contestant.at("/peak_resident_mib/median").asDouble()).isPositive();
    }
    String last = contestants.get(contestants.size() - 1).name();
    assertThat(json.path("ratios").path(last + "/pass").asDouble()).isPositive();
    assertThat(told).hasSize(2 * contestants.size() * plan.rounds());
    assertThat(before).containsAll(ProcessHandle.current().descendants().toList());
  }
}
