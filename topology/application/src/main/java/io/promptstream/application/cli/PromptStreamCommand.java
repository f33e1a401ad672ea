package io.promptstream.application.cli;

import io.promptstream.application.StartupException;
import io.promptstream.application.promptfile.PromptFileException;
import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.encoder.checkpoint.CheckpointException;
import io.promptstream.encoder.checkpoint.CheckpointTools;
import io.promptstream.topology.config.ConfigLoader;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The top-level command, which only has subcommands. */
@Command(
    name = "promptstream",
    description = "Turns Segment Anything prompts into prompt embeddings, as a Kafka stream.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:success",
      "1:the command failed",
      "2:an invalid option or setting",
      "128+N:ended by signal N"
    })
public final class PromptStreamCommand {
  private PromptStreamCommand() {}

  /** Returns a command line with all commands of the application; subcommands can be added. */
  public static CommandLine commandLine() {
    return commandLine(System.getenv(), SamPromptEncoder::load);
  }

  static CommandLine commandLine(
      Map<String, String> environment, Function<EncoderOptions, PromptEncoder> encoders) {
    ConfigLoader loader = new ConfigLoader(environment);
    return new CommandLine(new PromptStreamCommand())
        .addSubcommand(new RunCommand(loader, encoders))
        .addSubcommand(new WarmUpCommand(loader, encoders))
        .addSubcommand(new SendCommand(loader))
        .addSubcommand(new WatchCommand(loader))
        .addSubcommand(new ReplayErrorsCommand(loader))
        .addSubcommand(new ResetCommand(loader))
        .addSubcommand(new CheckpointCommand(new CheckpointTools(environment)))
        .setExecutionExceptionHandler(PromptStreamCommand::explain);
  }

  /**
   * Prints one sentence for an error that the user can fix; throws other exceptions, which are
   * printed with a stack trace.
   */
  private static int explain(Exception thrown, CommandLine command, ParseResult parsed)
      throws Exception {
    boolean invalidSetting = thrown instanceof ConfigException;
    if (!invalidSetting
        && !(thrown instanceof StartupException)
        && !(thrown instanceof CommandFailedException)
        && !(thrown instanceof CheckpointException)
        && !(thrown instanceof PromptFileException)) {
      throw thrown;
    }
    String sentence = String.valueOf(thrown.getMessage());
    command.getErr().println(command.getColorScheme().errorText(sentence));
    return invalidSetting ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
  }
}
