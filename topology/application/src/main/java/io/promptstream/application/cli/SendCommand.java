package io.promptstream.application.cli;

import static java.util.Objects.requireNonNull;

import io.promptstream.application.cli.ConnectionOptions.Connection;
import io.promptstream.application.promptfile.PromptFile;
import io.promptstream.intake.CocoAnnotation;
import io.promptstream.intake.RequestDefaults;
import io.promptstream.intake.RequestFormat;
import io.promptstream.intake.SamSessions;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.topology.config.ClientSettings;
import io.promptstream.topology.config.ConfigLoader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
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

/** Sends the prompts or actions of a file. */
@Command(
    name = "send",
    description =
        "Sends the prompts of a file, or the actions of sessions, to a running PromptStream.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class SendCommand implements Callable<Integer> {
  /** The formats of requests to servers of sessions. */
  private static final Map<String, Function<RequestDefaults, SamSessions>> SESSIONS =
      new TreeMap<>(Map.of("sam2", SamSessions::sam2, "sam3", SamSessions::sam3));

  /** The names of all formats. */
  static final class Formats implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      Stream<String> prompts = Arrays.stream(RequestFormat.values()).map(RequestFormat::toString);
      return Stream.concat(prompts, SESSIONS.keySet().stream()).iterator();
    }
  }

  private final ConfigLoader loader;

  @Spec
  private CommandSpec spec;

  @Mixin
  private ConnectionOptions connection;

  @Parameters(
      paramLabel = "FILE",
      description =
          "JSON lines with the fields of events or actions, COCO annotations, or requests.")
  private Path file;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      completionCandidates = Formats.class,
      description = "Format of the file's requests: ${COMPLETION-CANDIDATES}. Without it, the file"
          + " has events, actions or COCO annotations.")
  private @Nullable String format;

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
      description = "Topic to send to. Default: promptstream.input.topic of the settings, or"
          + " promptstream.actions.topic for actions.")
  private @Nullable String topic;

  SendCommand(ConfigLoader loader) {
    this.loader = loader;
  }

  @Override
  public Integer call() {
    requireConsistentOptions();
    Connection resolved = connection.resolve(loader);
    ClientSettings clients = resolved.clients();
    // The file first, so that a wrong name is reported without waiting for a broker.
    if (hasActions()) {
      String target = topic == null ? resolved.topics().actions() : topic;
      return send(actions(), () -> PromptSender.ofActions(clients, target), target);
    }
    String target = topic == null ? resolved.topics().input() : topic;
    return send(prompts(), () -> PromptSender.ofPrompts(clients, target), target);
  }

  private void requireConsistentOptions() {
    if (format == null && !requests.defaults().equals(RequestDefaults.NONE)) {
      throw invalid("The options for requests need --format, the format of the requests");
    }
    if (format != null && cocoParts != null) {
      throw invalid("--coco is for files of COCO annotations, without --format");
    }
  }

  private <T> Integer send(Stream<T> records, Supplier<PromptSender<T>> connect, String target) {
    try (records;
        PromptSender<T> sender = connect.get()) {
      try {
        records.forEachOrdered(sender::send);
      } catch (RuntimeException e) {
        print(sender, sender.finish(), target);
        throw e;
      }
      PromptSender.Report report = sender.finish();
      print(sender, report, target);
      if (report.sent() + report.failed() == 0) {
        throw new CommandFailedException("%s has no %s".formatted(file, sender.what()));
      }
      boolean all = report.failed() == 0;
      return all ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
  }

  private boolean hasActions() {
    return format == null
        ? cocoParts == null && PromptFile.hasActions(file)
        : SESSIONS.containsKey(format);
  }

  private Stream<PromptAction> actions() {
    if (format == null) {
      return PromptFile.readActions(file);
    }
    Function<RequestDefaults, SamSessions> sessions = requireNonNull(SESSIONS.get(format));
    return PromptFile.readActions(file, sessions.apply(requests.defaults()));
  }

  private Stream<PromptEvent> prompts() {
    if (format != null) {
      return PromptFile.read(file, promptFormat(format), requests.defaults());
    }
    return cocoParts == null ? PromptFile.read(file) : PromptFile.read(file, cocoParts);
  }

  private RequestFormat promptFormat(String name) {
    try {
      return RequestFormat.named(name);
    } catch (IllegalArgumentException e) {
      throw invalid("Invalid value for option '--format': '%s' is not one of %s"
          .formatted(name, String.join(", ", new Formats())));
    }
  }

  private ParameterException invalid(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void print(PromptSender<?> sender, PromptSender.Report report, String target) {
    PrintWriter err = spec.commandLine().getErr();
    report.failures().forEach(failure -> err.println(TerminalText.of(failure)));
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "Sent %d %s to %s, %d failed.%n", report.sent(), sender.what(), target, report.failed());
    out.flush();
  }
}
