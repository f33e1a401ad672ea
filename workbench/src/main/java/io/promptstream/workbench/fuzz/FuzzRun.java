package io.promptstream.workbench.fuzz;

import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.schemas.serde.TrustedRecords;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.fuzz.FuzzResult.Log;
import io.promptstream.workbench.fuzz.FuzzResult.Memory;
import io.promptstream.workbench.fuzz.FuzzResult.Rates;
import io.promptstream.workbench.process.ChildJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Sends a plan's events to a broker, runs the real application on them in a process with a small
 * heap, and checks the result of every event.
 */
public final class FuzzRun {
  private final FuzzPlan plan;
  private final Class<?> application;
  private final Consumer<String> progress;
  private final Violations violations = new Violations();

  /**
   * Creates a run.
   *
   * @param progress receives a line at the start of each phase
   */
  public FuzzRun(FuzzPlan plan, Consumer<String> progress) {
    this(plan, FuzzApplication.class, progress);
  }

  /**
   * Creates a run against another main class.
   *
   * @param application takes the same arguments as {@link FuzzApplication}
   */
  FuzzRun(FuzzPlan plan, Class<?> application, Consumer<String> progress) {
    this.plan = plan;
    this.application = application;
    this.progress = progress;
  }

  /**
   * Runs the plan.
   *
   * @throws io.promptstream.topology.cli.CommandFailedException if a process dies, for example the
   *     application because it runs out of memory; all processes are stopped
   */
  public FuzzResult run() throws InterruptedException, IOException {
    TrustedRecords.add();
    try (FuzzEnvironment environment = FuzzEnvironment.start()) {
      SchemaIds ids = SchemaIds.register(environment.registryUrl(), FuzzEnvironment.INPUT);
      FuzzEvents events = new FuzzEvents(plan, ids);
      // Timestamps are 1 ms apart and end at the current time.
      long firstTimestamp = System.currentTimeMillis() - plan.allEvents();
      long[] offsets = send(environment, events, firstTimestamp);
      Observed observed = observe(environment, events);
      PromptStreamConfig config = environment.config(plan.guarantee());
      try (PromptEncoder encoder = SamPromptEncoder.load(config.encoderOptions())) {
        progress.accept("Checking the result of each event");
        OutputCheck check = new OutputCheck(
            events,
            offsets,
            firstTimestamp,
            new Oracle(ids, FuzzEnvironment.MAX_REQUEST_SIZE),
            new Reference(encoder),
            violations);
        OutputReader.read(environment.bootstrapServers(), config.topics(), check);
        check.finish();
        return result(observed, check);
      }
    }
  }

  private long[] send(FuzzEnvironment environment, FuzzEvents events, long firstTimestamp) {
    progress.accept("Sending %d events".formatted(plan.allEvents()));
    try (FuzzSender sender =
        new FuzzSender(environment.bootstrapServers(), plan.allEvents(), firstTimestamp)) {
      for (int number = 0; number < plan.allEvents(); number++) {
        sender.send(events.event(number));
      }
      return sender.flush();
    }
  }

  /** Observations of the application while it ran. */
  private record Observed(Memory memory, Log log, double goodAlone, double all) {}

  private Observed observe(FuzzEnvironment environment, FuzzEvents events)
      throws InterruptedException, IOException {
    long[] warm = events.countByPartition(plan.warmUp());
    long[] alone = events.countByPartition(plan.goodAlone());
    long[] all = events.countByPartition(plan.allEvents());
    long start = System.nanoTime();
    CommitWatch drain;
    Memory memory;
    try (ChildJvm child = environment.startApplication(application, plan.guarantee())) {
      FuzzEnvironment.awaitRunning(child);
      progress.accept("The application processes them");
      drain = new CommitWatch(environment.admin(), child);
      drain.await(plan.allEvents());
      memory = new Memory(FuzzEnvironment.HEAP_MIB, child.usage().peakResidentMib());
    }
    if (!Arrays.equals(drain.committed(), all)) {
      violations.add("the committed offsets are not the ends of the input");
    }
    Duration ran = Duration.ofNanos(System.nanoTime() - start);
    int lines = new LogCheck(violations).check(environment.applicationLog(), ran);
    return new Observed(
        memory,
        new Log(lines, LogCheck.bound(ran), ran),
        drain.rate(warm, alone),
        drain.rate(alone, all));
  }

  private FuzzResult result(Observed observed, OutputCheck check) {
    int encoded = check.tallies().values().stream().mapToInt(Tally::encoded).sum();
    double goodShare = (double) (encoded - plan.goodAlone()) / plan.events();
    return new FuzzResult(
        plan,
        check.tallies(),
        new Rates(observed.goodAlone(), observed.all() * goodShare, observed.all()),
        observed.memory(),
        observed.log(),
        violations.count(),
        violations.first());
  }
}
