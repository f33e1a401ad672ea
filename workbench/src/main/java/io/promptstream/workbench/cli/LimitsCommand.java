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

/** {@code limits}: the memory of an application beside the bound that its settings give. */
@Command(
    name = "limits",
    mixinStandardHelpOptions = true,
    description = {
      "Run PromptStream with no more heap than its settings ask for, on a broker of its own, and",
      "print its resident memory beside the bound: with small events, with events of 8 MiB, on a slow",
      "broker, and with events full of headers. Exit code 1 if an event is lost or a bound is passed."
    })
final class LimitsCommand implements Callable<Integer> {
  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "2",
      description = "How long events are sent in each of the four (default: ${DEFAULT-VALUE}).")
  private double minutes;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (!(minutes > 0 && minutes <= 24 * 60)) {
      throw new ParameterException(
          spec.commandLine(), "Wrong option: minutes must be more than 0: " + minutes);
    }
    Duration sending = Duration.ofMillis((long) (minutes * 60_000));
    return Interruptible.run(() -> runAll(sending));
  }

  private int runAll(Duration sending) throws IOException, InterruptedException {
    say("%s%n", Machine.here());
    boolean kept = true;
    try (LimitsEnvironment environment = LimitsEnvironment.start()) {
      for (Load load : Load.values()) {
        kept &= run(new LimitsRun(environment, load, sending), load);
      }
    }
    return kept ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private boolean run(LimitsRun run, Load load) throws IOException, InterruptedException {
    say("%n%s, -Xmx%dm%n", load, run.heapMib());
    say("%8s %12s %10s %14s %10s%n", "seconds", "embedded", "rejected", "resident MiB", "bound");
    Outcome outcome = run.run(sample -> say(run, sample, sample.residentMib()));
    say(run, outcome.last(), outcome.peakMib());
    boolean complete =
        outcome.last().embedded() == outcome.good() && outcome.last().rejected() == outcome.bad();
    boolean within = outcome.peakMib() <= run.boundMib();
    say(
        "The last line has the peak. Of %,d events, %s; the bound was %s.%n",
        outcome.good() + outcome.bad(),
        complete ? "each came out once" : "some were lost or came twice",
        within ? "kept" : "passed");
    return complete && within;
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
