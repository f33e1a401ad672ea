package io.promptstream.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.SharedServices;
import io.promptstream.workbench.bench.Contestant.Encoding;
import io.promptstream.workbench.process.Python;
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
  private static final String PYTHON_IMPORTS = "import confluent_kafka, torch";

  @TempDir
  private Path directory;

  @Test
  void shouldMeasureAllContestantsAndLeaveNothingBehind(SharedServices services) throws Exception {
    measure(
        services,
        List.of(
            new Contestant("pass", Map.of(), Encoding.CONSTANT, List.of(), Workload.POLYGONS),
            Contestant.on(Workload.SESSIONS),
            Peer.FLOOR.contestants().get(0)),
        plan(1_000, 1, 0));
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
        plan(2_000, 2, 0));
  }

  @Test
  void shouldCountTheEventsOfAPythonPeer(SharedServices services) throws Exception {
    assumeThat(Python.with(PYTHON_IMPORTS)).isPresent();
    Contestant peer = Peer.PYTHON_STACKED.contestants().get(0);
    BenchPlan plan = peer.plan(plan(1_000, 1, 0));
    Launch launch = new Launch("bench-python", peer, plan, "bench-python-input", 256);
    ThroughputRun run = new ThroughputRun(services.services());

    run.load(launch);
    Throughput throughput = run.run(launch);

    services.services().cluster().delete(List.of(launch.input()));
    // 2,048 bytes of sparse and 1,024 of dense embeddings, and keys.
    assertThat(throughput.megabytesPerSecondOut() * 1e6 / throughput.eventsPerSecond())
        .isBetween(3_072.0, 3_500.0);
  }

  @Test
  @Tag("soak")
  void shouldMeasureAllOfAPythonPeer(SharedServices services) throws Exception {
    assumeThat(Python.with(PYTHON_IMPORTS)).isPresent();
    measure(services, Peer.PYTHON_EACH.contestants(), plan(1_000, 1, 20));
  }

  private static BenchPlan plan(int events, int rounds, int rate) {
    return new BenchPlan(
        Workload.MIXED,
        events,
        rounds,
        // The backlog ends early.
        new BenchPlan.FullSpeed(Duration.ofMillis(100), Duration.ofMinutes(1)),
        new BenchPlan.Steady(Duration.ofSeconds(1), rate, 2),
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
      assertThat(contestant.at("/warm_up_events_per_second/to_5_s/min").asDouble())
          .isPositive();
      assertThat(contestant.at("/latency_ms/p999/max").asDouble()).isPositive();
      assertThat(contestant.at("/latency_at_rest_ms/p999/max").asDouble()).isPositive();
      assertThat(contestant.at("/cpu_seconds_per_million_events/min").asDouble())
          .isPositive();
      assertThat(contestant.at("/peak_resident_mib/median").asDouble()).isPositive();
    }
    assertThat(json.path("ratios"))
        .hasSize(contestants.size() - 1)
        .allSatisfy(ratio -> assertThat(ratio.asDouble()).isPositive());
    assertThat(told).hasSize(2 * contestants.size() * plan.rounds());
    assertThat(before).containsAll(ProcessHandle.current().descendants().toList());
  }
}
