package io.promptstream.workbench.bench;

import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.app.PromptStreamApplication;
import io.promptstream.topology.app.StartupException;
import io.promptstream.topology.cli.StopSignal;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.bench.Contestant.Encoding;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.process.ParentWatch;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * Main class of a contestant's process: the real application, with a real or a constant encoder,
 * until its parent ends it.
 */
public final class BenchApplication {
  static final String RUNNING = "running";

  private BenchApplication() {}

  /** Takes a properties file of settings, and the name of an {@link Encoding}. */
  public static void main(String[] arguments) throws IOException {
    PromptStreamConfig config = PromptStreamConfig.of(settings(Path.of(arguments[0])));
    int code;
    try (StopSignal stop = StopSignal.install()) {
      ParentWatch.start();
      code = run(config, Encoding.valueOf(arguments[1]), stop);
    }
    System.exit(code);
  }

  private static int run(PromptStreamConfig config, Encoding encoding, StopSignal stop) {
    try (PromptEncoder model = SamPromptEncoder.load(config.encoderOptions());
        PromptStreamApplication application =
            PromptStreamApplication.start(config, Models.of(encoder(model, encoding)))) {
      ChildJvm.tellParent(RUNNING);
      return application.awaitTermination();
    } catch (InterruptedException | StartupException e) {
      if (stop.received()) {
        return 0;
      }
      throw new IllegalStateException("The application failed", e);
    }
  }

  private static PromptEncoder encoder(PromptEncoder model, Encoding encoding) {
    return switch (encoding) {
      case MODEL -> model;
      case CONSTANT -> new ConstantEncoder(model);
    };
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
