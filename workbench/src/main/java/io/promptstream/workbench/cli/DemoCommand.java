package io.promptstream.workbench.cli;

import io.promptstream.application.cli.CommandFailedException;
import io.promptstream.application.cli.TerminalText;
import io.promptstream.application.cli.VersionProvider;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.workbench.LocalPipeline;
import io.promptstream.workbench.demo.Demo;
import io.promptstream.workbench.report.HtmlReport;
import io.promptstream.workbench.report.PromptFailure;
import io.promptstream.workbench.report.PromptOutcome;
import io.promptstream.workbench.report.PromptResult;
import io.promptstream.workbench.report.RecordCounts;
import io.promptstream.workbench.report.ReportData;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: sends prompts through a real pipeline, prints a table and writes a report. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    description =
        "Starts a broker, a schema registry and PromptStream, sends prompts, prints each result, "
            + "writes an illustrated report, and exits.")
final class DemoCommand implements Callable<Integer> {
  private static final String ROW = "%-27.27s %6s  %-9s %9s %9s%n";

  @Mixin
  private CheckpointOption checkpoint;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description = "JSON lines or COCO annotations (default: the example prompts).")
  private @Nullable Path prompts;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "promptstream-report",
      description = "Directory of the report (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    List<PromptEvent> events = Demo.read(prompts == null ? Demo.examplePrompts() : prompts);
    requireWritable(out.resolve("index.html"));
    return Interruptible.run(() -> run(events));
  }

  /** Checks before anything starts that the report can be written. */
  private static void requireWritable(Path report) {
    try {
      Files.createDirectories(report.toAbsolutePath().getParent());
      Files.newOutputStream(report, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
          .close();
    } catch (IOException e) {
      throw new CommandFailedException("The report cannot be written: " + e, e);
    }
  }

  private int run(List<PromptEvent> events) throws Exception {
    PrintWriter console = spec.commandLine().getOut();
    console.printf("Starting a broker, a schema registry and PromptStream ...%n");
    console.flush();
    try (LocalPipeline pipeline =
        LocalPipeline.start(LocalPipeline.Options.with(checkpoint.settings()))) {
      console.printf(
          "Model %s%n%n", CheckpointOption.describe(pipeline.encoder().info()));
      console.printf(ROW, "prompt", "tokens", "dense", "bytes", "ms");
      ReportData data =
          Demo.run(pipeline, events, outcome -> console.append(row(outcome)).flush());
      Path report = out.resolve("index.html");
      HtmlReport.write(data, report);
      RecordCounts counts = data.counts();
      console.printf(
          "%n%d events in; %d sparse, %d dense, %d errors out.%n",
          counts.events(), counts.sparse(), counts.dense(), counts.errors());
      console.printf("Report: %s%n", report.toAbsolutePath().normalize().toUri());
      if (!counts.balanced()) {
        console.printf("An event was lost or output twice.%n");
        return 1;
      }
      return 0;
    } finally {
      console.flush();
    }
  }

  private static String row(PromptOutcome outcome) {
    if (outcome instanceof PromptFailure failure) {
      return "%-27.27s %s: %s%n"
          .formatted(
              TerminalText.of(failure.promptId()),
              failure.code(),
              TerminalText.of(failure.message()));
    }
    PromptResult result = (PromptResult) outcome;
    return ROW.formatted(
        TerminalText.of(result.event().getPromptId()),
        result.sparse().getEmbedding().getShape().get(0),
        result.dense().getEncoding(),
        result.sizes().sparse() + result.sizes().dense(),
        String.format(Locale.ROOT, "%.1f", result.millis()));
  }
}
