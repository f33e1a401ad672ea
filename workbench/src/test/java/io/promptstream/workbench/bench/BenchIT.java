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
    measure(services, 100, 200, 1);
  }

  @Test
  @Tag("soak")
  void shouldMeasureAllContestantsForSomeRounds(SharedServices services) throws Exception {
    measure(services, 500, 1_000, 2);
  }

  private void measure(SharedServices services, int warmUp, int events, int rounds)
      throws Exception {
    BenchPlan plan = new BenchPlan(
        Workload.MIXED,
        warmUp,
        events,
        rounds,
        new BenchPlan.Steady(Duration.ofSeconds(1), 0),
        new BenchPlan.Stream(2, Guarantee.AT_LEAST_ONCE));
    List<Contestant> contestants = List.of(
        new Contestant("pass", Map.of(), Encoding.CONSTANT),
        new Contestant("model", Map.of(), Encoding.MODEL),
        Contestant.on(Workload.POLYGONS),
        Contestant.on(Workload.SESSIONS));
    List<String> told = new ArrayList<>();

    Services running = services.services();
    List<ProcessHandle> before = ProcessHandle.current().descendants().toList();

    BenchResult result = new Bench(plan, contestants, told::add).run(running);

    Path file = directory.resolve("bench.json");
    BenchJson.write(result, file);
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    for (String name : List.of("pass", "model", "polygons", "sessions")) {
      JsonNode contestant = json.path("contestants").path(name);
      assertThat(contestant.at("/events_per_second/median").asDouble()).isPositive();
      assertThat(contestant.at("/megabytes_per_second_out/median").asDouble()).isPositive();
      assertThat(contestant.at("/latency_ms/p999/max").asDouble()).isNotNegative();
      assertThat(contestant.at("/cpu_seconds_per_million_events/min").asDouble())
          .isPositive();
      assertThat(contestant.at("/peak_resident_mib/median").asDouble()).isPositive();
    }
    assertThat(json.at("/ratios/model~1pass").asDouble()).isPositive();
    assertThat(told).hasSize(8 * rounds);
    assertThat(before).containsAll(ProcessHandle.current().descendants().toList());
  }
}
