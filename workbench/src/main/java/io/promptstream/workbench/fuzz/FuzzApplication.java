package io.promptstream.workbench.fuzz;

import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.app.PromptStreamApplication;
import io.promptstream.topology.app.StartupException;
import io.promptstream.topology.cli.StopSignal;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.process.ParentWatch;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Main class of the process under fire: the real application, until its parent ends it. */
public final class FuzzApplication {
  static final String RUNNING = "running";

  private FuzzApplication() {}

  /** Takes a properties file of settings. */
  public static void main(String[] arguments) throws IOException {
    run(arguments, UnaryOperator.identity());
  }

  /**
   * Runs the application until it ends, and the process with it.
   *
   * @param encoder stands between the stream and the real encoder
   */
  static void run(String[] arguments, UnaryOperator<PromptEncoder> encoder) throws IOException {
    PromptStreamConfig config = PromptStreamConfig.of(settings(Path.of(arguments[0])));
    int code;
    try (StopSignal stop = StopSignal.install()) {
      ParentWatch.start();
      code = run(config, encoder, stop);
    }
    System.exit(code);
  }

  private static int run(
      PromptStreamConfig config, UnaryOperator<PromptEncoder> encoder, StopSignal stop) {
    try (PromptEncoder model = SamPromptEncoder.load(config.encoderOptions());
        PromptStreamApplication application =
            PromptStreamApplication.start(config, Models.of(encoder.apply(model)))) {
      ChildJvm.tellParent(RUNNING);
      return application.awaitTermination();
    } catch (InterruptedException | StartupException e) {
      if (stop.received()) {
        return 0;
      }
      throw new IllegalStateException("The application failed", e);
    }
  }

  private static Map<String, String> settings(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, properties::getProperty));
  }
}
