package io.promptstream.topology.cli;

import io.promptstream.encoder.checkpoint.CheckpointInspection;
import io.promptstream.encoder.checkpoint.CheckpointTools;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints information about the prompt encoder in a checkpoint. */
@Command(
    name = "inspect",
    description = "Prints the family, sizes, model id and tensors of a checkpoint.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class InspectCommand implements Callable<Integer> {
  private final CheckpointTools tools;

  @Spec
  private CommandSpec spec;

  @Parameters(
      paramLabel = CheckpointCommand.SOURCE_LABEL,
      description = CheckpointCommand.SOURCE_DESCRIPTION)
  private String source;

  InspectCommand(CheckpointTools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() {
    CheckpointInspection found = tools.inspect(source);
    PrintWriter out = spec.commandLine().getOut();
    out.printf("source     %s%n", TerminalText.of(found.source()));
    if (!found.revision().isEmpty()) {
      out.printf("commit     %s%n", TerminalText.of(found.revision()));
    }
    out.printf("family     %s%n", found.profile());
    out.printf(
        "sizes      embedding width %d, mask channels %d%n",
        found.embeddingWidth(), found.maskChannels());
    out.printf("model id   %s%n", found.modelId());
    out.printf("sha256     %s%n", found.sha256());
    out.printf("read       %d of %d bytes%n", found.bytesRead(), found.bytesThere());
    out.printf("tensors    %d%n", found.tensors().size());
    for (CheckpointInspection.Tensor tensor : found.tensors()) {
      out.printf(
          "  %s %s %s%n", TerminalText.of(tensor.name()), tensor.shape(), tensor.elementType());
    }
    out.flush();
    return CommandLine.ExitCode.OK;
  }
}
