package io.promptstream.application.cli;

import io.promptstream.encoder.checkpoint.CheckpointInspection;
import io.promptstream.encoder.checkpoint.CheckpointTools;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code checkpoint}: inspects a checkpoint, or extracts its prompt encoder. */
@Command(
    name = "checkpoint",
    description = "Inspects a checkpoint, or extracts its prompt encoder.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Only the prompt encoder's part of a checkpoint on the web is downloaded. It is kept in",
      "PROMPTSTREAM_CACHE_DIR (default: ~/.cache/promptstream), where 'run' finds it."
    })
final class CheckpointCommand {
  private static final String SOURCE =
      "A checkpoint: a file (.pth, .pt, .safetensors), an https address, hf:OWNER/NAME[@REVISION], "
          + "or a name such as sam_vit_b or sam2.1_hiera_large.";

  private final CheckpointTools tools;

  @Spec
  private CommandSpec spec;

  CheckpointCommand(CheckpointTools tools) {
    this.tools = tools;
  }

  /** Prints information about the prompt encoder in a checkpoint. */
  @Command(
      description = "Prints the family, sizes, model id and tensors of a checkpoint.",
      mixinStandardHelpOptions = true,
      versionProvider = VersionProvider.class)
  void inspect(@Parameters(paramLabel = "SOURCE", description = SOURCE) String source) {
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
  }

  /** Writes the prompt encoder of a checkpoint to a file. */
  @Command(
      description = "Writes a checkpoint's prompt encoder to a safetensors file.",
      mixinStandardHelpOptions = true,
      versionProvider = VersionProvider.class)
  void extract(
      @Parameters(index = "0", paramLabel = "SOURCE", description = SOURCE) String source,
      @Parameters(index = "1", paramLabel = "FILE", description = "The file to write.") Path file) {
    CheckpointInspection found = tools.extract(source, file);
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "Wrote the prompt encoder %s (%s) of %s to %s.%n",
        found.modelId(),
        found.profile(),
        TerminalText.of(found.source()),
        TerminalText.of(file.toString()));
    out.flush();
  }
}
