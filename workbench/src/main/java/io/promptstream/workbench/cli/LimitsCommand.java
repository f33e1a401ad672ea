package io.promptstream.workbench.cli;

import io.promptstream.workbench.bench.Machine;
import io.promptstream.workbench.limits.LimitsEnvironment;
import io.promptstream.workbench.limits.LimitsRun;
import io.promptstream.workbench.limits.LimitsRun.Outcome;
import io.promptstream.workbench.limits.LimitsRun.Sample;
import io.promptstream.workbench.limits.Load;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code limits}: compares the memory of an application with the bound from its settings. */
@Command(
    name = "limits",
    mixinStandardHelpOptions = true,
    description = {
      "Run PromptStream with the minimum heap for its settings, on a separate broker, and print",
      "its resident memory and the bound: small events, events of 8 MiB, a slow broker, and",
      "many headers. Exit code 1 if an event is lost or duplicated, or a bound is exceeded."
    })
final class LimitsCommand implements Callable<Integer> {
  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "2",
      description = "How long to send events in each of the four runs (default: ${DEFAULT-VALUE}).")
  private double minutes;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (!(minutes > 0 && minutes <= 24 * 60)) {
      throw new ParameterException(
          spec.commandLine(), "Wrong option: minutes must be above 0, at most 1440: " + minutes);
    }
    Duration sending = Duration.ofMillis((long) (minutes * 60_000));
    return Interruptible.run(() -> runAll(sending));
  }

  private int runAll(Duration sending) throws IOException, InterruptedException {
    say("%s%n", Machine.here());
    boolean allPassed = true;
    try (LimitsEnvironment environment = LimitsEnvironment.start()) {
      for (Load load : Load.values()) {
        allPassed &= run(new LimitsRun(environment, load, sending), load);
      }
    }
    return allPassed ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private boolean run(LimitsRun run, Load load) throws IOException, InterruptedException {
    say("%n%s, -Xmx%dm%n", load, run.heapMib());
    say("%8s %12s %10s %14s %10s%n", "seconds", "embedded", "rejected", "resident MiB", "bound");
    Outcome outcome = run.run(sample -> say(run, sample, sample.residentMib()));
    say(run, outcome.last(), outcome.peakMib());
    boolean complete =
        outcome.last().embedded() == outcome.good() && outcome.last().rejected() == outcome.bad();
    boolean withinBound = outcome.peakMib() <= run.boundMib();
    say(
        "The last line shows the peak. Of %,d events, %s; the bound was %s.%n",
        outcome.good() + outcome.bad(),
        complete ? "each was output once" : "some were lost or duplicated",
        withinBound ? "kept" : "exceeded");
    return complete && withinBound;
  }

  private void say(LimitsRun run, Sample sample, double residentMib) {
    say(
        "%8.0f %,12d %,10d %,14.0f %,10d%n",
        sample.seconds(), sample.embedded(), sample.rejected(), residentMib, run.boundMib());
  }

  private void say(String format, Object... values) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
