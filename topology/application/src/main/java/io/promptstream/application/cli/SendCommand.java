package io.promptstream.application.cli;

import io.promptstream.application.cli.ConnectionOptions.Connection;
import io.promptstream.application.promptfile.PromptFile;
import io.promptstream.intake.CocoAnnotation;
import io.promptstream.intake.RequestDefaults;
import io.promptstream.intake.RequestFormat;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.topology.config.ConfigLoader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends the prompts of a file. */
@Command(
    name = "send",
    description = "Sends the prompts of a file to a running PromptStream.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class SendCommand implements Callable<Integer> {
  private final ConfigLoader loader;

  @Spec
  private CommandSpec spec;

  @Mixin
  private ConnectionOptions connection;

  @Parameters(
      paramLabel = "FILE",
      description = "JSON lines with the fields of events, COCO annotations, or requests.")
  private Path file;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "Format of the file's requests: ${COMPLETION-CANDIDATES}. Without it, the file"
          + " has events or COCO annotations.")
  private @Nullable RequestFormat format;

  @Mixin
  private RequestOptions requests;

  @Option(
      names = "--coco",
      paramLabel = "PART",
      split = ",",
      description = "What the prompts have of COCO annotations: ${COMPLETION-CANDIDATES}, or both."
          + " Default: the boxes.")
  private @Nullable Set<CocoAnnotation.Part> cocoParts;

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "Topic to send to. Default: promptstream.input.topic of the settings.")
  private @Nullable String topic;

  SendCommand(ConfigLoader loader) {
    this.loader = loader;
  }

  @Override
  public Integer call() {
    Connection resolved = connection.resolve(loader);
    String target = topic == null ? resolved.topics().input() : topic;
    // The file first, so that a wrong name is reported without waiting for a broker.
    try (Stream<PromptEvent> prompts = prompts();
        PromptSender sender = PromptSender.connect(resolved.clients(), target)) {
      try {
        prompts.forEachOrdered(sender::send);
      } catch (RuntimeException e) {
        print(sender.finish(), target);
        throw e;
      }
      PromptSender.Report report = sender.finish();
      print(report, target);
      if (report.sent() + report.failed() == 0) {
        throw new CommandFailedException(file + " has no prompts");
      }
      boolean all = report.failed() == 0;
      return all ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
  }

  private Stream<PromptEvent> prompts() {
    RequestDefaults defaults = requests.defaults();
    if (format != null) {
      if (cocoParts != null) {
        throw new ParameterException(
            spec.commandLine(), "--coco is for files of COCO annotations, without --format");
      }
      return PromptFile.read(file, format, defaults);
    }
    if (!defaults.equals(RequestDefaults.NONE)) {
      throw new ParameterException(
          spec.commandLine(), "The options for requests need --format, the format of the requests");
    }
    return cocoParts == null ? PromptFile.read(file) : PromptFile.read(file, cocoParts);
  }

  private void print(PromptSender.Report report, String target) {
    PrintWriter err = spec.commandLine().getErr();
    report.failures().forEach(failure -> err.println(TerminalText.of(failure)));
    PrintWriter out = spec.commandLine().getOut();
    out.printf("Sent %d prompts to %s, %d failed.%n", report.sent(), target, report.failed());
    out.flush();
  }
}
