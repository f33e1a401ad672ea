package io.promptstream.application.cli;

import io.promptstream.application.PromptStreamApplication;
import io.promptstream.application.StartupException;
import io.promptstream.application.http.HttpEndpoint;
import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.topology.config.ConfigLoader;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.config.SettingsTable;
import io.promptstream.topology.config.UnresolvedSettings;
import io.promptstream.topology.encoding.Models;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the application until a signal stops it or it fails. */
@Command(
    name = "run",
    description = "Runs the application with the configured brokers and registry until it stops.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "The environment overrides the file: PROMPTSTREAM_X_Y is promptstream.x.y,",
      "KAFKA_X_Y is x.y, SCHEMA_REGISTRY_X is schema.registry.x.",
      "A value may refer to a secret elsewhere, for example ${file:/run/secrets/kafka:password},",
      "if config.providers and config.providers.file.class name one of Kafka's config providers."
    })
final class RunCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(RunCommand.class);

  private final ConfigLoader loader;
  private final Function<EncoderOptions, PromptEncoder> encoders;

  @Spec
  private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings in Java's properties format; without it, only the environment's.")
  private @Nullable Path config;

  @Option(
      names = "--settings",
      description = "Print all settings with their defaults, in Markdown, and exit.")
  private boolean settings;

  @Option(
      names = "--print-config",
      description =
          "Print the resulting configuration and the source of each setting, without secrets, and"
              + " exit. Kafka's own defaults are left out.")
  private boolean printConfig;

  RunCommand(ConfigLoader loader, Function<EncoderOptions, PromptEncoder> encoders) {
    this.loader = loader;
    this.encoders = encoders;
  }

  @Override
  public Integer call() {
    if (settings) {
      spec.commandLine().getOut().print(SettingsTable.markdown());
      spec.commandLine().getOut().flush();
      return CommandLine.ExitCode.OK;
    }
    UnresolvedSettings written = loader.written(config);
    if (printConfig) {
      print(written);
    }
    PromptStreamConfig checked = written.resolve(PromptStreamConfig::of);
    if (printConfig) {
      return CommandLine.ExitCode.OK;
    }
    try (StopSignal stop = StopSignal.install(checked.closeTimeout())) {
      return run(checked, written.lines(), stop);
    }
  }

  /** Prints the settings before they are checked, so that the user can find an invalid one. */
  private void print(UnresolvedSettings written) {
    PrintWriter out = spec.commandLine().getOut();
    written.lines().forEach(line -> out.println(TerminalText.of(line)));
    out.flush();
  }

  private int run(PromptStreamConfig checked, List<String> settings, StopSignal stop) {
    try (HttpEndpoint http = HttpEndpoint.start(checked, settings);
        Models models =
            http.loaded(Models.load(checked.modelOptions(), options -> load(options, encoders)));
        PromptStreamApplication application =
            http.started(PromptStreamApplication.start(checked, models))) {
      return application.awaitTermination();
    } catch (InterruptedException e) {
      log.info("Stopped");
      return CommandLine.ExitCode.OK;
    } catch (StartupException e) {
      if (stop.received()) {
        log.info("Stopped while starting");
        return CommandLine.ExitCode.OK;
      }
      throw e;
    }
  }

  /** Loads a model; throws {@link StartupException} with one sentence if it does not load. */
  static PromptEncoder load(
      EncoderOptions options, Function<EncoderOptions, PromptEncoder> encoders) {
    try {
      return encoders.apply(options);
    } catch (RuntimeException e) {
      log.debug("The encoder failed to load", e);
      throw StartupException.encoder(options, e);
    }
  }
}
