package io.promptstream.workbench.faults;

import io.promptstream.topology.cli.CommandFailedException;
import io.promptstream.workbench.faults.FaultReport.Counts;
import io.promptstream.workbench.faults.FaultReport.Finding;
import io.promptstream.workbench.faults.FaultReport.Strike;
import io.promptstream.workbench.guarantee.Flow;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One application under load and faults: fault after fault until the time is over, then everything
 * is let come to its end, and every guarantee is checked against all that was sent and read.
 */
public final class FaultsRun {
  private static final Duration RECOVERY_PATIENCE = Duration.ofMinutes(5);
  private static final Duration BETWEEN_FAULTS = Duration.ofMillis(1_500);

  private final FaultPlan plan;
  private final Path directory;
  private final Consumer<String> console;
  private final List<Strike> strikes = new ArrayList<>();
  private final List<String> unrecovered = new ArrayList<>();
  private final long startNanos = System.nanoTime();
  private double peakResidentMib;

  /**
   * Prepares a run.
   *
   * @param directory for everything that is written; the caller's to delete
   * @param console is told each fault, in a line
   */
  public FaultsRun(FaultPlan plan, Path directory, Consumer<String> console) {
    this.plan = plan;
    this.directory = directory;
    this.console = console;
  }

  /**
   * Runs it with all faults, in an environment that it starts and stops.
   *
   * @throws CommandFailedException if something but the application fails
   */
  public FaultReport run() throws IOException, InterruptedException {
    try (Environment environment = Environment.start(directory)) {
      return run(environment, "faults");
    }
  }

  /**
   * Runs it with all faults.
   *
   * @param name of the application, new in this environment
   */
  FaultReport run(Environment environment, String name) throws InterruptedException {
    Deck deck = new Deck(new Random(plan.seed()));
    return run(environment, name, FaultPlan.INSTANCES, scene -> {
      long end = System.nanoTime() + plan.duration().toNanos();
      while (System.nanoTime() < end) {
        strike(scene, deck.next());
        scene.pause(BETWEEN_FAULTS);
      }
    });
  }

  /**
   * Runs two instances with these faults, one after the other, however long they take.
   *
   * @param name of the application, new in this environment
   */
  FaultReport run(Environment environment, String name, List<Fault> faults)
      throws InterruptedException {
    return run(environment, name, 2, scene -> {
      for (Fault fault : faults) {
        strike(scene, fault);
      }
    });
  }

  /** What happens between the first output and the end of the load. */
  private interface Act {
    void play(Scene scene) throws InterruptedException;
  }

  private FaultReport run(Environment environment, String name, int instances, Act act)
      throws InterruptedException {
    try (Trial trial = new Trial(environment, name, plan);
        Fleet fleet = new Fleet(name, trial.settings(), directory)) {
      Scene scene = new Scene(environment, trial, fleet, new Random(plan.seed()));
      fleet.start(instances);
      trial.load().start();
      // Only then is there something to lose on every partition.
      if (trial
          .ledger()
          .watchFlow(0, FaultPlan.PARTITIONS)
          .await(RECOVERY_PATIENCE)
          .isEmpty()) {
        throw new CommandFailedException("Nothing comes out, even without faults");
      }
      act.play(scene);
      finish(trial, fleet);
      return report(scene);
    }
  }

  private void strike(Scene scene, Fault fault) throws InterruptedException {
    Flow flow = scene.ledger().watchFlow(scene.load().next(), FaultPlan.PARTITIONS);
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
            scene.ledger().acceptedCount(),
            strikes.size(),
            scene.kills(),
            scene.ledger().wrongCount() + unrecovered.size(),
            fault,
            recovery.map(time -> "%.1f s".formatted(time.toMillis() / 1e3)).orElse("no recovery")));
  }

  /** Lets everything come to its end, and notes what does not. */
  private void finish(Trial trial, Fleet fleet) throws InterruptedException {
    trial.load().stop();
    if (!trial.awaitCommitted()) {
      unrecovered.add("The input was not finished in time after its end");
    }
    fleet.stop();
    unrecovered.addAll(trial.readToTheEnd());
  }

  private FaultReport report(Scene scene) throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    findings.add(new Finding(
        "After every fault the stream goes on, and at its end everything is finished.",
        List.copyOf(unrecovered)));
    findings.addAll(scene.trial().findings());
    Counts counts = new Counts(
        scene.ledger().acceptedCount(),
        scene.kills(),
        scene.killsInTransaction(),
        scene.fleet().startedAgain(),
        peakResidentMib);
    return new FaultReport(plan, strikes, counts, findings);
  }
}
