package io.promptstream.workbench.process;

import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.app.PromptStreamApplication;
import io.promptstream.topology.app.StartupException;
import io.promptstream.topology.cli.StopSignal;
import io.promptstream.topology.config.ConfigLoader;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Body of the main classes of application processes: runs the real application, or one that a
 * starter creates, until it dies or its parent or a signal stops it. Writes a line to its parent
 * when it processes events.
 */
public final class ApplicationProcess {
  private static final String RUNNING = "running";

  private ApplicationProcess() {}

  /** A started application. */
  public interface Running extends AutoCloseable {
    /** Waits until it ends and returns its exit code. */
    int awaitTermination() throws InterruptedException;

    @Override
    void close();
  }

  /** Starts an application. */
  public interface Starter {
    /**
     * Starts the application and returns when it processes events.
     *
     * @throws StartupException if it does not start
     */
    Running start(PromptStreamConfig config, Models models);
  }

  /**
   * Runs the application until it ends, and then exits the process.
   *
   * @param settingsFile its settings
   * @param encoder stands between the stream and the real encoder
   */
  public static void run(String settingsFile, UnaryOperator<PromptEncoder> encoder) {
    run(settingsFile, encoder, ApplicationProcess::start, line -> {});
  }

  /**
   * Runs an application from a starter until it ends, and then exits the process.
   *
   * @param settingsFile its settings
   * @param encoder stands between the stream and the real encoder
   * @param onLine receives each line from the parent, on a separate thread
   */
  public static void run(
      String settingsFile,
      UnaryOperator<PromptEncoder> encoder,
      Starter starter,
      Consumer<String> onLine) {
    PromptStreamConfig config = new ConfigLoader(Map.of()).load(Path.of(settingsFile));
    int code;
    try (StopSignal stop = StopSignal.install(config.closeTimeout())) {
      ParentWatch.start(onLine);
      code = run(config, encoder, starter, stop);
    }
    System.exit(code);
  }

  /** Starts the unchanged application. */
  public static Running start(PromptStreamConfig config, Models models) {
    PromptStreamApplication application = PromptStreamApplication.start(config, models);
    return new Running() {
      @Override
      public int awaitTermination() throws InterruptedException {
        return application.awaitTermination();
      }

      @Override
      public void close() {
        application.close();
      }
    };
  }

  private static int run(
      PromptStreamConfig config,
      UnaryOperator<PromptEncoder> encoder,
      Starter starter,
      StopSignal stop) {
    try (PromptEncoder model = SamPromptEncoder.load(config.encoderOptions());
        Running application = starter.start(config, Models.of(encoder.apply(model)))) {
      ChildJvm.tellParent(RUNNING);
      return application.awaitTermination();
    } catch (InterruptedException | StartupException e) {
      if (stop.received()) {
        return 0;
      }
      throw new IllegalStateException("The application failed", e);
    }
  }
}
