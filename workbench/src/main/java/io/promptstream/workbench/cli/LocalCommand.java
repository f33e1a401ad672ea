package io.promptstream.workbench.cli;

import io.promptstream.application.cli.VersionProvider;
import io.promptstream.workbench.LocalPipeline;
import io.promptstream.workbench.playground.Playground;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code local}: runs a broker, a registry and the application for other programs. */
@Command(
    name = "local",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    description = "Runs a broker, a schema registry and PromptStream on this machine until Ctrl-C.")
final class LocalCommand implements Callable<Integer> {
  @Option(
      names = "--kafka-port",
      paramLabel = "N",
      defaultValue = "9092",
      description = "Port of the broker; 0 picks a free one (default: ${DEFAULT-VALUE}).")
  private int kafkaPort;

  @Option(
      names = "--registry-port",
      paramLabel = "N",
      defaultValue = "8081",
      description = "Port of the schema registry; 0 picks a free one (default: ${DEFAULT-VALUE}).")
  private int registryPort;

  @Option(
      names = "--playground",
      paramLabel = "PORT",
      arity = "0..1",
      fallbackValue = "8090",
      description = "Also serve the playground, see its command; at port 8090 without PORT.")
  private @Nullable Integer playgroundPort;

  @Mixin
  private CheckpointOption checkpoint;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    requirePort(spec, "--kafka-port", kafkaPort);
    requirePort(spec, "--registry-port", registryPort);
    requirePort(spec, "--playground", playgroundPort == null ? 0 : playgroundPort);
    PrintWriter out = spec.commandLine().getOut();
    LocalPipeline.Options options =
        new LocalPipeline.Options(kafkaPort, registryPort, checkpoint.settings());
    return Interruptible.run(() -> run(options, out));
  }

  /** Checks the value of an option. */
  static void requirePort(CommandSpec spec, String option, int port) {
    if (port < 0 || port > 65_535) {
      throw new ParameterException(
          spec.commandLine(),
          "Invalid value for option '%s': %d is not from 0 to 65535".formatted(option, port));
    }
  }

  private int run(LocalPipeline.Options options, PrintWriter out) throws Exception {
    Integer port = playgroundPort;
    try (LocalPipeline pipeline = LocalPipeline.start(options);
        Playground playground =
            port == null ? null : Playground.start(pipeline.config(), "127.0.0.1", port, null)) {
      out.printf("broker           %s%n", pipeline.bootstrapServers());
      out.printf("schema registry  %s%n", pipeline.registryUrl());
      out.printf("topics           %s%n", String.join(", ", pipeline.config().usedTopics()));
      out.printf(
          "model            %s%n", CheckpointOption.describe(pipeline.encoder().info()));
      if (playground != null) {
        out.printf("playground       %s%n", playground.url());
      }
      String addresses = "--bootstrap-servers %s --registry %s"
          .formatted(pipeline.bootstrapServers(), pipeline.registryUrl());
      out.printf("%nIn other terminals:%n");
      out.printf("  ./promptstream watch %s%n", addresses);
      out.printf("  ./promptstream send %s FILE%n%n", addresses);
      out.printf("Running. Stop with Ctrl-C.%n");
      out.flush();
      return pipeline.application().awaitTermination();
    }
  }
}
