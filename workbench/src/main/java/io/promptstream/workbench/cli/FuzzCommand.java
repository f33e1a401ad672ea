package io.promptstream.workbench.cli;

import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.fuzz.FuzzPlan;
import io.promptstream.workbench.fuzz.FuzzResult;
import io.promptstream.workbench.fuzz.FuzzRun;
import io.promptstream.workbench.fuzz.FuzzTable;
import java.io.PrintWriter;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fuzz}: sends hostile events to the application and checks every result. */
@Command(
    name = "fuzz",
    mixinStandardHelpOptions = true,
    description = {
      "Send hostile events, mixed with good ones, to the application on a separate broker,",
      "and compare each result with the one an independent oracle expects. Exit code 1 if",
      "anything differs."
    })
final class FuzzCommand implements Callable<Integer> {
  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "100000",
      description = {
        "Hostile events and the good ones mixed in; a fifth as many good ones are sent",
        "first (default: ${DEFAULT-VALUE})."
      })
  private int events;

  @Option(names = "--seed", paramLabel = "S", description = "Seed of all events (default: random).")
  private @Nullable Long seed;

  @Option(
      names = "--guarantee",
      paramLabel = "NAME",
      defaultValue = "at_least_once",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Guarantee guarantee;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    FuzzPlan plan = plan();
    return Interruptible.run(() -> {
      say("%d events with seed %d, %s%n".formatted(plan.events(), plan.seed(), guarantee));
      FuzzResult result = new FuzzRun(plan, line -> say(line + " ...%n".formatted())).run();
      say("%n%s".formatted(FuzzTable.of(result)));
      return result.good() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    });
  }

  private FuzzPlan plan() {
    try {
      return new FuzzPlan(
          events,
          seed == null ? new SplittableRandom().nextInt(Integer.MAX_VALUE) : seed,
          guarantee);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "Wrong option: " + e.getMessage(), e);
    }
  }

  private void say(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(text);
    out.flush();
  }
}
