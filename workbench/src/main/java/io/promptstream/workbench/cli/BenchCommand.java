package io.promptstream.workbench.cli;

import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.bench.Bench;
import io.promptstream.workbench.bench.BenchJson;
import io.promptstream.workbench.bench.BenchPlan;
import io.promptstream.workbench.bench.BenchPlan.FullSpeed;
import io.promptstream.workbench.bench.BenchResult;
import io.promptstream.workbench.bench.BenchTable;
import io.promptstream.workbench.bench.Contestant;
import io.promptstream.workbench.bench.Machine;
import io.promptstream.workbench.bench.MemorySeries;
import io.promptstream.workbench.bench.Peer;
import io.promptstream.workbench.bench.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: measures the cost of encoding on top of the stream. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Compares the throughput and latency of PromptStream with those of the same stream",
      "without the encoder, on a separate broker, over several rounds. The third contestant",
      "encodes one event at a time. For polygons and rles it gets the events of masks instead,",
      "for sessions those of clicks."
    })
final class BenchCommand implements Callable<Integer> {
  private static final int MEMORY_EVENTS = 1_000_000;
  private static final int MEMORY_EVERY = 50_000;

  @Option(
      names = "--workload",
      paramLabel = "NAME",
      defaultValue = "clicks",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Workload workload;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = {
        "Events in the backlog of a run at full speed, which ends early if they are too few",
        "(default: enough for two fast cores)."
      })
  private @Nullable Integer events;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description = {
        "Load before events are counted, until the JIT has compiled the stream's code",
        "(default: 20). The latency runs warm up for 0.4 times as long."
      })
  private @Nullable Integer warmUp;

  @Option(
      names = "--count",
      paramLabel = "SECONDS",
      description = "How long events are counted at full speed (default: 15).")
  private @Nullable Integer count;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "" + BenchPlan.DEFAULT_ROUNDS,
      description = "Runs of each contestant (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description = {
        "Events per second of the latency runs (default: a tenth of the first contestant's",
        "throughput)."
      })
  private int rate;

  @Option(
      names = "--at-rest",
      paramLabel = "N",
      defaultValue = "" + BenchPlan.Steady.DEFAULT_AT_REST,
      description = {
        "Events of a latency run that are sent at rest, one every 300 ms (default:",
        "${DEFAULT-VALUE}). A 99.9th percentile needs 1,000."
      })
  private int atRest;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Stream threads of the application (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--guarantee",
      paramLabel = "NAME",
      defaultValue = "at_least_once",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Guarantee guarantee;

  @Option(
      names = "--memory",
      description = {
        "Print the resident memory of the application with -Xmx512m every 50,000 events",
        "(of 1,000,000 by default), instead of the comparison."
      })
  private boolean memory;

  @Option(
      names = "--variant",
      paramLabel = "NAME,...",
      description = {
        "Compare variants of PromptStream instead: each is a name, settings and JVM options,",
        "for example lz4,producer.compression.type=lz4,-XX:+UseSerialGC. Repeat it; the first",
        "one sets the rate of the latency runs."
      })
  private List<String> variants = List.of();

  @Option(
      names = "--peer",
      paramLabel = "NAME",
      description = {
        "Also compare with another program: ${COMPLETION-CANDIDATES}. Repeat it. floor is a bare",
        "consumer and producer that copies events. The others are a Python script with PyTorch",
        "and librdkafka, without Avro, with and without lz4, for --workload single-clicks; they",
        "need Debian's python3-torch and python3-confluent-kafka."
      })
  private Set<Peer> peers = Set.of();

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures as JSON.")
  private @Nullable Path json;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    BenchPlan plan = plan();
    return Interruptible.run(() -> {
      if (memory) {
        watchMemory(plan);
      } else {
        compare(plan);
      }
      return CommandLine.ExitCode.OK;
    });
  }

  private BenchPlan plan() {
    try {
      FullSpeed fullSpeed = new FullSpeed(
          warmUp == null ? FullSpeed.DEFAULT.warmUp() : Duration.ofSeconds(warmUp),
          count == null ? FullSpeed.DEFAULT.counted() : Duration.ofSeconds(count));
      int defaultEvents = memory ? MEMORY_EVENTS : BenchPlan.events(workload, fullSpeed);
      return new BenchPlan(
          workload,
          events == null ? defaultEvents : events,
          memory ? 1 : rounds,
          fullSpeed,
          new BenchPlan.Steady(BenchPlan.Steady.DEFAULT_DURATION, rate, atRest),
          new BenchPlan.Stream(threads, guarantee));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "Wrong option: " + e.getMessage(), e);
    }
  }

  private void compare(BenchPlan plan) throws InterruptedException, IOException {
    List<Contestant> contestants = contestants();
    say(BenchTable.heading(plan, Machine.here()));
    say(BenchTable.count(plan.fullSpeed()));
    say(BenchTable.duration(plan.estimate(contestants.size())));
    BenchResult result = new Bench(plan, contestants, line -> say(line + '\n')).run();
    say('\n' + BenchTable.of(result));
    if (json != null) {
      BenchJson.write(result, json);
    }
  }

  private List<Contestant> contestants() {
    try {
      peers.forEach(peer -> peer.requireSameEvents(workload));
      List<Contestant> contestants = new ArrayList<>(
          variants.isEmpty()
              ? Contestant.all(workload)
              : variants.stream().map(Contestant::variant).toList());
      peers.forEach(peer -> contestants.addAll(peer.contestants()));
      return contestants;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "Wrong option: " + e.getMessage(), e);
    }
  }

  private void watchMemory(BenchPlan plan) throws InterruptedException, IOException {
    Machine machine = Machine.here();
    say(BenchTable.heading(plan, machine));
    say(BenchTable.duration(plan.estimateOfMemorySeries()));
    say("%10s %14s%n".formatted("events", "resident MiB"));
    List<MemorySeries.Sample> samples = new MemorySeries(plan, Contestant.LOOK_AHEAD, MEMORY_EVERY)
        .run(sample -> say(
            String.format(Locale.ROOT, "%,10d %,14.0f%n", sample.events(), sample.residentMib())));
    if (json != null) {
      BenchJson.write(plan, machine, samples, json);
    }
  }

  private void say(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(text);
    out.flush();
  }
}
