package io.promptstream.workbench.cli;

import io.promptstream.topology.cli.PromptStreamCommand;
import picocli.CommandLine;

/**
 * The launcher's command line: PromptStream's own commands, and those that bring a broker or
 * measure.
 */
public final class Workbench {
  private Workbench() {}

  /** Runs the command that the arguments name. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return PromptStreamCommand.commandLine()
        .addSubcommand(new BenchCommand())
        .addSubcommand(new DemoCommand())
        .addSubcommand(new FaultsCommand())
        .addSubcommand(new FuzzCommand())
        .addSubcommand(new LocalCommand())
        .addSubcommand(new JmhCommand())
        .addSubcommand(new LimitsCommand());
  }
}
