package io.promptstream.topology.cli;

import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.topology.app.PromptStreamApplication;
import io.promptstream.topology.app.StartupException;
import io.promptstream.topology.config.ConfigLoader;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.config.SettingsTable;
import io.promptstream.topology.config.WrittenSettings;
import io.promptstream.topology.encoding.Models;
import java.io.PrintWriter;
import java.nio.file.Path;
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

/** Runs the application until a signal stops it or it dies. */
@Command(
    name = "run",
    description = "Runs the application against given brokers and registry until it is stopped.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "The environment wins over the file: PROMPTSTREAM_X_Y is promptstream.x.y,",
      "KAFKA_X_Y is x.y, SCHEMA_REGISTRY_X is schema.registry.x.",
      "A value may refer to a secret elsewhere, as ${file:/run/secrets/kafka:password} does where",
      "config.providers and config.providers.file.class name Kafka's config provider."
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
      description = "Settings, in Java's properties format; without it, the environment's alone.")
  private @Nullable Path config;

  @Option(
      names = "--settings",
      description = "Print all settings with their defaults, in Markdown, and exit.")
  private boolean settings;

  @Option(
      names = "--print-config",
      description =
          "Print the configuration that these options make, where each setting comes from and no"
              + " secrets, and exit. Kafka's own defaults are left out.")
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
    WrittenSettings written = loader.written(config);
    if (printConfig) {
      print(written);
    }
    PromptStreamConfig checked = written.resolved().check(PromptStreamConfig::of);
    if (printConfig) {
      return CommandLine.ExitCode.OK;
    }
    try (StopSignal stop = StopSignal.install(checked.closeTimeout())) {
      return run(checked, stop);
    }
  }

  /** Before it is checked, for whoever looks for what is wrong with it. */
  private void print(WrittenSettings written) {
    PrintWriter out = spec.commandLine().getOut();
    written.lines().forEach(line -> out.println(Printable.of(line)));
    out.flush();
  }

  private int run(PromptStreamConfig checked, StopSignal stop) {
    try (Models models = Models.load(checked.modelOptions(), this::load);
        PromptStreamApplication application = PromptStreamApplication.start(checked, models)) {
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

  private PromptEncoder load(EncoderOptions options) {
    try {
      return encoders.apply(options);
    } catch (RuntimeException e) {
      log.debug("The encoder does not load", e);
      throw StartupException.encoder(options, e);
    }
  }
}
