package io.promptstream.topology.cli;

import io.promptstream.encoder.checkpoint.CheckpointInspection;
import io.promptstream.encoder.checkpoint.CheckpointTools;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the prompt encoder of a checkpoint to a file. */
@Command(
    name = "extract",
    description = "Writes a checkpoint's prompt encoder to a safetensors file.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class ExtractCommand implements Callable<Integer> {
  private final CheckpointTools tools;

  @Spec
  private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = CheckpointCommand.SOURCE_LABEL,
      description = CheckpointCommand.SOURCE_DESCRIPTION)
  private String source;

  @Parameters(index = "1", paramLabel = "FILE", description = "The file to write.")
  private Path file;

  ExtractCommand(CheckpointTools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() {
    CheckpointInspection found = tools.extract(source, file);
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "Wrote the prompt encoder %s (%s) of %s to %s.%n",
        found.modelId(),
        found.profile(),
        TerminalText.of(found.source()),
        TerminalText.of(file.toString()));
    out.flush();
    return CommandLine.ExitCode.OK;
  }
}
