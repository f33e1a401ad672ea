package io.promptstream.topology.cli;

import io.promptstream.encoder.checkpoint.CheckpointTools;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code checkpoint}: inspects a checkpoint, or extracts its prompt encoder. */
@Command(
    name = "checkpoint",
    description = "Inspects a checkpoint, or extracts its prompt encoder.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Of a checkpoint on the web, only the prompt encoder's part is downloaded. It is kept in",
      "PROMPTSTREAM_CACHE_DIR (~/.cache/promptstream), where the command run finds it."
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
