package io.promptstream.workbench.cli;

import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.faults.FaultPlan;
import io.promptstream.workbench.faults.FaultReport;
import io.promptstream.workbench.faults.FaultsRun;
import io.promptstream.workbench.faults.GroupProtocol;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.kafka.common.utils.Utils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code faults}: checks the processing guarantees under faults. */
@Command(
    name = "faults",
    mixinStandardHelpOptions = true,
    description = {
      "Run three instances under load, on a separate broker and registry; kill, suspend and",
      "disconnect them; then check every event. Exit code 1 if a guarantee is violated."
    })
final class FaultsCommand implements Callable<Integer> {
  private static final double SECONDS_PER_MINUTE = 60;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "10",
      description = "How long to inject faults (default: ${DEFAULT-VALUE}).")
  private double minutes;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Determines events, faults and their order (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--guarantee",
      paramLabel = "NAME",
      defaultValue = "exactly_once_v2",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Guarantee guarantee;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      defaultValue = "classic",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private GroupProtocol protocol;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    FaultPlan plan;
    try {
      Duration duration = Duration.ofSeconds(Math.round(minutes * SECONDS_PER_MINUTE));
      plan = new FaultPlan(duration, seed, guarantee, protocol);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "Wrong option: " + e.getMessage(), e);
    }
    return Interruptible.run(() -> run(plan));
  }

  private int run(FaultPlan plan) throws Exception {
    Path directory = Files.createTempDirectory("promptstream-faults-");
    boolean keepLogs = true;
    try {
      say(String.format(
          Locale.ROOT,
          "faults: %.1f minutes, seed %d, %s, protocol %s%n",
          minutes,
          seed,
          guarantee,
          protocol));
      FaultReport report =
          new FaultsRun(plan, directory, line -> say(line + System.lineSeparator())).run();
      say(report.table());
      keepLogs = report.violations() > 0;
      return keepLogs ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    } finally {
      if (keepLogs) {
        say("The logs of all processes are in %s%n".formatted(directory));
      } else {
        Utils.delete(directory.toFile());
      }
    }
  }

  private void say(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(text);
    out.flush();
  }
}
