package io.promptstream.topology.cli;

import io.promptstream.encoder.checkpoint.CheckpointTools;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code checkpoint}: what one does with weights before they are used. */
@Command(
    name = "checkpoint",
    description = "Looks at a checkpoint, or takes its prompt encoder out.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Of a checkpoint on the web only the prompt encoder's part is read, and kept in",
      "PROMPTSTREAM_CACHE_DIR (~/.cache/promptstream), where a start finds it."
    })
final class CheckpointCommand {
  static final String SOURCE_LABEL = "SOURCE";
  static final String SOURCE_DESCRIPTION =
      "A checkpoint: a file (.pth, .pt, .safetensors), an https address, hf:OWNER/NAME[@REVISION], "
          + "or a name such as sam_vit_b or sam2.1_hiera_large.";

  private CheckpointCommand() {}

  static CommandLine commandLine(CheckpointTools tools) {
    return new CommandLine(new CheckpointCommand())
        .addSubcommand(new InspectCommand(tools))
        .addSubcommand(new ExtractCommand(tools));
  }
}
