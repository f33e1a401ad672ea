package io.promptstream.workbench.process;

import io.promptstream.application.PromptStreamApplication;
import io.promptstream.application.StartupException;
import io.promptstream.application.cli.StopSignal;
import io.promptstream.application.http.HttpEndpoint;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.config.ConfigLoader;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Body of the main classes of application processes: runs the real application until it dies or its
 * parent or a signal stops it. Writes a line to its parent when it processes events.
 */
public final class ApplicationProcess {
  private static final String RUNNING = "running";

  private ApplicationProcess() {}

  /**
   * Runs the application until it ends, and then exits the process.
   *
   * @param settingsFile its settings
   * @param encoder stands between the stream and the real encoder
   */
  public static void run(String settingsFile, UnaryOperator<PromptEncoder> encoder) {
    run(settingsFile, encoder, line -> {});
  }

  /**
   * Runs the application until it ends, and then exits the process.
   *
   * @param settingsFile its settings
   * @param encoder stands between the stream and the real encoder
   * @param onLine receives each line from the parent, on a separate thread
   */
  public static void run(
      String settingsFile, UnaryOperator<PromptEncoder> encoder, Consumer<String> onLine) {
    PromptStreamConfig config = config(settingsFile);
    int code;
    try (StopSignal stop = StopSignal.install(config.closeTimeout())) {
      ParentWatch.start(onLine);
      code = run(config, encoder, stop);
    }
    System.exit(code);
  }

  /** Reads a properties file of settings. */
  public static PromptStreamConfig config(String settingsFile) {
    return new ConfigLoader(Map.of()).load(Path.of(settingsFile));
  }

  /** Tells the parent that the application processes events. */
  public static void tellRunning() {
    ChildJvm.tellParent(RUNNING);
  }

  private static int run(
      PromptStreamConfig config, UnaryOperator<PromptEncoder> encoder, StopSignal stop) {
    try (HttpEndpoint http = HttpEndpoint.start(config, List.of());
        PromptEncoder model = SamPromptEncoder.load(config.encoderOptions());
        PromptStreamApplication application = http.started(
            PromptStreamApplication.start(config, http.loaded(Models.of(encoder.apply(model)))))) {
      tellRunning();
      return application.awaitTermination();
    } catch (InterruptedException | StartupException e) {
      if (stop.received()) {
        return 0;
      }
      throw new IllegalStateException("The application failed", e);
    }
  }
}
