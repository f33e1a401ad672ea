package io.promptstream.application.cli;

/** The main class: runs one command and exits with its code. */
public final class Main {
  private Main() {}

  /** Runs the command that the arguments name. */
  public static void main(String[] arguments) {
    System.exit(PromptStreamCommand.commandLine().execute(arguments));
  }
}
