package io.promptstream.workbench.cli;

import io.promptstream.application.cli.VersionProvider;
import io.promptstream.topology.config.ConfigLoader;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.LocalPipeline;
import io.promptstream.workbench.playground.Playground;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code playground}: a page on which one clicks on a picture and sees what the stream answers. */
@Command(
    name = "playground",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    description = "Serves a web page on which one clicks on a picture and sees what the stream "
        + "answers, until Ctrl-C.")
final class PlaygroundCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings of a PromptStream that runs already, with sessions; without it, a "
          + "broker, a registry and PromptStream are started.")
  private @Nullable Path config;

  @Option(
      names = "--host",
      paramLabel = "NAME",
      defaultValue = "127.0.0.1",
      description = "Address of the page; there is no password (default: ${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8090",
      description = "Port of the page; 0 picks a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--decoder",
      paramLabel = "URL",
      description =
          "Service that decodes masks, see docs/decoding.md; it needs to have the images.")
  private @Nullable URI decoder;

  @Mixin
  private CheckpointOption checkpoint;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    LocalCommand.requirePort(spec, "--port", port);
    Path file = config;
    return Interruptible.run(file == null ? this::runAlone : () -> attach(file));
  }

  private int runAlone() throws Exception {
    try (LocalPipeline pipeline =
            LocalPipeline.start(LocalPipeline.Options.with(checkpoint.settings()));
        Playground playground = Playground.start(pipeline.config(), host, port, decoder)) {
      say(playground);
      return pipeline.application().awaitTermination();
    }
  }

  private int attach(Path file) throws Exception {
    PromptStreamConfig settings = new ConfigLoader(System.getenv()).load(file);
    try (Playground playground = Playground.start(settings, host, port, decoder)) {
      say(playground);
      new CountDownLatch(1).await();
      return 0;
    }
  }

  private void say(Playground playground) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("Open %s in a browser. Stop with Ctrl-C.%n", playground.url());
    out.flush();
  }
}
