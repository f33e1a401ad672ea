package io.promptstream.workbench.cli;

import io.promptstream.application.cli.PromptStreamCommand;
import picocli.CommandLine;

/**
 * The launcher's command line: PromptStream's commands, and those that start a broker or measure.
 */
public final class Workbench {
  private Workbench() {}

  /** Runs the command given by the arguments. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return PromptStreamCommand.commandLine()
        .addSubcommand(new BenchCommand())
        .addSubcommand(new DemoCommand())
        .addSubcommand(new LocalCommand())
        .addSubcommand(new PlaygroundCommand())
        .addSubcommand(new JmhCommand());
  }
}
