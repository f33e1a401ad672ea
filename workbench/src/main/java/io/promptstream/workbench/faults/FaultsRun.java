package io.promptstream.workbench.faults;

import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.cli.CommandFailedException;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.Parts;
import io.promptstream.workbench.faults.FaultReport.Counts;
import io.promptstream.workbench.faults.FaultReport.Finding;
import io.promptstream.workbench.faults.FaultReport.Strike;
import io.promptstream.workbench.guarantee.Flow;
import io.promptstream.workbench.guarantee.Invariants;
import io.promptstream.workbench.guarantee.Ledger;
import io.promptstream.workbench.guarantee.Load;
import io.promptstream.workbench.guarantee.Outputs;
import io.promptstream.workbench.guarantee.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * One application under load and faults: fault after fault until the time is over, then everything
 * is let come to its end, and every guarantee is checked against all that was sent and read.
 */
public final class FaultsRun {
  private static final Duration RECOVERY_PATIENCE = Duration.ofMinutes(2);
  private static final Duration END_PATIENCE = Duration.ofMinutes(3);
  private static final Duration BETWEEN_FAULTS = Duration.ofMillis(1_500);

  private final FaultPlan plan;
  private final Deck deck;
  private final Path directory;
  private final Consumer<String> console;
  private final Ledger ledger = new Ledger();
  private final List<Strike> strikes = new ArrayList<>();
  private final List<String> unrecovered = new ArrayList<>();
  private final long startNanos = System.nanoTime();
  private double peakResidentMib;

  /**
   * Prepares a run with all faults.
   *
   * @param directory for everything that is written; the caller's to delete
   * @param console is told each fault, in a line
   */
  public FaultsRun(FaultPlan plan, Path directory, Consumer<String> console) {
    this(plan, Deck.ofAll(new Random(plan.seed())), directory, console);
  }

  FaultsRun(FaultPlan plan, Deck deck, Path directory, Consumer<String> console) {
    this.plan = plan;
    this.deck = deck;
    this.directory = directory;
    this.console = console;
  }

  /**
   * Runs it.
   *
   * @throws CommandFailedException if something but the application fails
   */
  public FaultReport run() throws IOException, InterruptedException {
    Parts parts = new Parts();
    try {
      Environment environment = parts.add(Environment.start(directory));
      Map<String, String> settings = environment.settings(plan);
      PromptEncoder encoder = parts.add(
          SamPromptEncoder.load(PromptStreamConfig.of(new HashMap<>(settings)).encoderOptions()));
      String modelId = encoder.info().modelId();
      Load load = parts.add(new Load(
          ledger,
          Samples.draw(plan.seed(), encoder),
          new Load.Target(
              environment.broker().bootstrapServers(),
              environment.registryUrl(),
              environment.topics().input(),
              FaultPlan.RATE),
          plan.seed()));
      Outputs outputs = parts.add(new Outputs(
          ledger,
          modelId,
          new Outputs.Source(
              environment.broker().bootstrapServers(),
              environment.registryUrl(),
              environment.topics(),
              FaultPlan.PARTITIONS,
              plan.guarantee())));
      Fleet fleet = parts.add(new Fleet(plan.application(), settings, directory));
      fleet.start(FaultPlan.INSTANCES);
      outputs.start();
      load.start();
      Scene scene = new Scene(environment, fleet, load, new Random(plan.seed()));
      strike(scene);
      List<String> unfinished = finish(scene, outputs);
      FaultReport report = report(scene, modelId, unfinished);
      parts.close();
      return report;
    } catch (IOException | InterruptedException | RuntimeException e) {
      parts.closeAfter(e);
      throw e;
    }
  }

  private void strike(Scene scene) throws InterruptedException {
    // Only then is there something to lose on every partition.
    if (ledger.watchFlow(0, FaultPlan.PARTITIONS).await(RECOVERY_PATIENCE).isEmpty()) {
      throw new CommandFailedException("Nothing comes out, even without faults");
    }
    long end = System.nanoTime() + plan.duration().toNanos();
    while (System.nanoTime() < end) {
      strike(scene, deck.next());
      scene.pause(BETWEEN_FAULTS);
    }
  }

  private void strike(Scene scene, Fault fault) throws InterruptedException {
    Flow flow = ledger.watchFlow(scene.load().next(), FaultPlan.PARTITIONS);
    try {
      fault.strike(scene, flow);
    } catch (CommandFailedException e) {
      unrecovered.add("%s: %s".formatted(fault, e.getMessage()));
    }
    Optional<Duration> recovery = flow.await(RECOVERY_PATIENCE);
    if (recovery.isPresent()) {
      strikes.add(new Strike(fault, recovery.get()));
    } else {
      unrecovered.add("No output on every partition for %d s after %s"
          .formatted(RECOVERY_PATIENCE.toSeconds(), fault));
    }
    peakResidentMib = Math.max(peakResidentMib, scene.fleet().peakResidentMib());
    say(scene, fault, recovery);
  }

  private void say(Scene scene, Fault fault, Optional<Duration> recovery) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
    console.accept("%02d:%02d  %,9d events  %3d faults  %3d kills  %d violations  | %s, %s"
        .formatted(
            seconds / 60,
            seconds % 60,
            ledger.acceptedCount(),
            strikes.size(),
            scene.kills(),
            ledger.wrongCount() + unrecovered.size(),
            fault,
            recovery.map(time -> "%.1f s".formatted(time.toMillis() / 1e3)).orElse("no recovery")));
  }

  /** Lets everything come to its end, and returns what did not. */
  private List<String> finish(Scene scene, Outputs outputs) throws InterruptedException {
    scene.load().stop();
    List<String> unfinished = new ArrayList<>();
    long deadline = System.nanoTime() + END_PATIENCE.toNanos();
    while (!scene.cluster().isCommittedToTheEnd(Environment.GROUP)) {
      if (System.nanoTime() > deadline) {
        unfinished.add(
            "The input was not finished %d s after its end".formatted(END_PATIENCE.toSeconds()));
        break;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    // Only when nobody writes any more is what can be read all that there is.
    scene.fleet().stop();
    Map<TopicPartition, Long> ends = scene.cluster().ends(outputs.partitions());
    outputs
        .awaitRead(ends, END_PATIENCE)
        .forEach(partition -> unfinished.add(
            "%s cannot be read to its end: a transaction is left open".formatted(partition)));
    return unfinished;
  }

  private FaultReport report(Scene scene, String modelId, List<String> unfinished)
      throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    unrecovered.addAll(unfinished);
    findings.add(new Finding(
        "After every fault the stream goes on, and at its end everything is finished.",
        List.copyOf(unrecovered)));
    Invariants.of(ledger, plan.guarantee(), scene.cluster().state(Environment.GROUP), modelId)
        .forEach(invariant -> findings.add(new Finding(invariant.claim(), invariant.violations())));
    Counts counts = new Counts(
        ledger.acceptedCount(),
        scene.kills(),
        scene.killsInTransaction(),
        scene.fleet().startedAgain(),
        peakResidentMib);
    return new FaultReport(plan, strikes, counts, findings);
  }
}
