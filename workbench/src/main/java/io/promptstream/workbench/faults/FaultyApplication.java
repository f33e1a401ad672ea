package io.promptstream.workbench.faults;

import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.app.PromptStreamApplication;
import io.promptstream.topology.app.StartupException;
import io.promptstream.topology.cli.StopSignal;
import io.promptstream.topology.config.ConfigLoader;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.faults.FaultyEncoder.Failure;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.process.ParentWatch;
import java.nio.file.Path;
import java.util.Map;

/**
 * Main class of an instance: the application as it is, with an encoder that fails when its parent
 * says so on a line.
 */
public final class FaultyApplication {
  /** What an instance says when it processes events. */
  public static final String RUNNING = "running";

  private FaultyApplication() {}

  /** An application that was started. */
  public interface Running extends AutoCloseable {
    /** Waits until it has ended, and returns its exit code. */
    int awaitTermination() throws InterruptedException;

    @Override
    void close();
  }

  /** Starts an application. */
  public interface Starter {
    /**
     * Starts, and returns when events are being processed.
     *
     * @throws StartupException if it does not start
     */
    Running start(PromptStreamConfig config, Models models);
  }

  /** Takes a properties file of settings. */
  public static void main(String[] arguments) {
    run(arguments, FaultyApplication::start);
  }

  private static Running start(PromptStreamConfig config, Models models) {
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

  /** Runs what a starter starts, until a signal or the parent's end stops it or it dies. */
  public static void run(String[] arguments, Starter starter) {
    PromptStreamConfig config = new ConfigLoader(Map.of()).load(Path.of(arguments[0]));
    int code;
    try (StopSignal stop = StopSignal.install()) {
      code = run(config, starter, stop);
    }
    System.exit(code);
  }

  private static int run(PromptStreamConfig config, Starter starter, StopSignal stop) {
    FaultyEncoder encoder = new FaultyEncoder(SamPromptEncoder.load(config.encoderOptions()));
    ParentWatch.start(line -> encoder.failNext(Failure.valueOf(line)));
    try (Models models = Models.of(encoder);
        Running application = starter.start(config, models)) {
      ChildJvm.tellParent(RUNNING);
      return application.awaitTermination();
    } catch (InterruptedException | StartupException e) {
      if (stop.received()) {
        return 0;
      }
      throw new IllegalStateException("The application does not start", e);
    }
  }
}
