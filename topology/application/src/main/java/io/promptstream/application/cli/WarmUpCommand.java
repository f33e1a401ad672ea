package io.promptstream.application.cli;

import io.promptstream.application.PromptStreamApplication;
import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.topology.config.ConfigLoader;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the code of a start and of events, so that a JVM can record it in an archive. */
@Command(
    name = "warm-up",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    description = {
      "Loads the models, encodes synthetic events, and exits; needs no broker and no registry.",
      "bin/promptstream of the distribution records an archive of it, with which the application",
      "starts faster."
    })
final class WarmUpCommand implements Callable<Integer> {
  private final ConfigLoader loader;
  private final Function<EncoderOptions, PromptEncoder> encoders;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings in Java's properties format; without it, only the environment's.")
  private @Nullable Path config;

  WarmUpCommand(ConfigLoader loader, Function<EncoderOptions, PromptEncoder> encoders) {
    this.loader = loader;
    this.encoders = encoders;
  }

  @Override
  public Integer call() {
    PromptStreamConfig checked = loader.written(config).resolve(PromptStreamConfig::of);
    try (Models models =
        Models.load(checked.modelOptions(), options -> RunCommand.load(options, encoders))) {
      PromptStreamApplication.warmUp(checked, models);
    }
    return CommandLine.ExitCode.OK;
  }
}
