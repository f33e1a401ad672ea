package io.promptstream.workbench.faults;

import io.promptstream.application.cli.CommandFailedException;
import io.promptstream.workbench.faults.FaultReport.Counts;
import io.promptstream.workbench.faults.FaultReport.Strike;
import io.promptstream.workbench.guarantee.Finding;
import io.promptstream.workbench.guarantee.Flow;
import io.promptstream.workbench.guarantee.Gap;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs one application under load, injects faults until the time is up, waits until all events are
 * processed, and checks every guarantee against all events and outputs.
 */
final class FaultsRun {
  private static final Duration RECOVERY_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration MAX_PAUSE = Duration.ofMillis(1_500);

  private final FaultPlan plan;
  private final Environment environment;
  private final Consumer<String> console;
  private final List<Strike> strikes = new ArrayList<>();
  private final List<String> recoveryFailures = new ArrayList<>();
  private final long startNanos = System.nanoTime();
  private double peakResidentMib;

  /**
   * Creates a run.
   *
   * @param console receives one line for each fault
   */
  FaultsRun(FaultPlan plan, Environment environment, Consumer<String> console) {
    this.plan = plan;
    this.environment = environment;
    this.console = console;
  }

  /**
   * Runs it with all faults in random order, each as often as its share, then all again.
   *
   * @param name of the application, new in this environment
   */
  FaultReport run(String name) throws InterruptedException {
    Random random = new Random(plan.seed());
    Deque<Fault> deck = new ArrayDeque<>();
    return run(name, FaultPlan.INSTANCES, scene -> {
      long end = System.nanoTime() + plan.duration().toNanos();
      while (System.nanoTime() < end) {
        if (deck.isEmpty()) {
          deck.addAll(Fault.shuffled(random));
        }
        strike(scene, deck.remove());
        scene.pause(MAX_PAUSE);
      }
    });
  }

  /**
   * Runs it with these faults, one after another, regardless of the duration.
   *
   * @param name of the application, new in this environment
   */
  FaultReport run(String name, int instances, List<Fault> faults) throws InterruptedException {
    return run(name, instances, scene -> {
      for (Fault fault : faults) {
        strike(scene, fault);
      }
    });
  }

  /** The part of a run between the first output and the end of the load. */
  private interface Act {
    void play(FaultTargets scene) throws InterruptedException;
  }

  private FaultReport run(String name, int instances, Act act) throws InterruptedException {
    try (Trial trial = new Trial(environment, name, plan);
        Fleet fleet = new Fleet(trial)) {
      FaultTargets scene = new FaultTargets(environment, trial, fleet, new Random(plan.seed()));
      fleet.start(instances);
      trial.load().start();
      // Inject faults only when every partition has data to lose.
      if (trial
          .ledger()
          .watchFlow(0, FaultPlan.PARTITIONS)
          .await(RECOVERY_TIMEOUT)
          .isEmpty()) {
        throw new CommandFailedException("The application has no output, even without faults");
      }
      act.play(scene);
      finish(trial, fleet);
      return report(scene);
    }
  }

  private void strike(FaultTargets scene, Fault fault) throws InterruptedException {
    Flow flow = scene.watchFlow();
    Gap gap = scene.trial().ledger().watchGap(FaultPlan.PARTITIONS);
    try {
      fault.strike(scene, flow);
    } catch (CommandFailedException e) {
      recoveryFailures.add("%s: %s".formatted(fault, e.getMessage()));
    }
    Optional<Duration> recovery = flow.await(RECOVERY_TIMEOUT);
    if (recovery.isPresent()) {
      strikes.add(new Strike(fault, recovery.get(), gap.longest()));
    } else {
      recoveryFailures.add("No output on every partition for %d s after %s"
          .formatted(RECOVERY_TIMEOUT.toSeconds(), fault));
    }
    peakResidentMib = Math.max(peakResidentMib, scene.fleet().peakResidentMib());
    say(scene, fault, recovery);
  }

  private void say(FaultTargets scene, Fault fault, Optional<Duration> recovery) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
    console.accept("%02d:%02d  %,9d events  %3d faults  %3d kills  %d violations  | %s, %s"
        .formatted(
            seconds / 60,
            seconds % 60,
            scene.trial().ledger().acceptedCount(),
            strikes.size(),
            scene.kills(),
            scene.trial().ledger().wrongCount() + recoveryFailures.size(),
            fault,
            recovery.map(time -> "%.1f s".formatted(time.toMillis() / 1e3)).orElse("no recovery")));
  }

  /** Waits until everything is processed and read, and records what is not. */
  private void finish(Trial trial, Fleet fleet) throws InterruptedException {
    trial.load().stop();
    if (!trial.awaitCommitted()) {
      recoveryFailures.add("The input was not fully committed in time after the load ended");
    }
    fleet.stop();
    recoveryFailures.addAll(trial.readToTheEnd());
  }

  private FaultReport report(FaultTargets scene) throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    findings.add(new Finding(
        "The stream recovers from every fault, and processes all events by the end.",
        List.copyOf(recoveryFailures)));
    findings.addAll(scene.trial().findings());
    Counts counts = new Counts(
        scene.trial().ledger().acceptedCount(),
        scene.kills(),
        scene.killsInTransaction(),
        scene.fleet().startedAgain(),
        peakResidentMib);
    return new FaultReport(plan, strikes, counts, findings);
  }
}
