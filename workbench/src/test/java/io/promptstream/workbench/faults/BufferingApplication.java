package io.promptstream.workbench.faults;

import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.DefectiveProcessor;
import io.promptstream.topology.DefectiveProcessor.Defect;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.process.ApplicationProcess;
import io.promptstream.workbench.process.ParentWatch;

/** Main class of an instance that buffers records across a commit, until it is killed. */
public final class BufferingApplication {
  private BufferingApplication() {}

  /** Takes a properties file of settings. */
  public static void main(String[] arguments) {
    PromptStreamConfig config = ApplicationProcess.config(arguments[0]);
    ParentWatch.start();
    Models models = Models.of(SamPromptEncoder.load(config.encoderOptions()));
    // Its threads keep the process alive.
    DefectiveProcessor.streams(config, models, Defect.BUFFERS_ACROSS_A_COMMIT).start();
    ApplicationProcess.tellRunning();
  }
}
