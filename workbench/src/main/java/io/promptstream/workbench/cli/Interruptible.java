package io.promptstream.workbench.cli;

import io.promptstream.application.cli.StopSignal;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** Runs work that cleans up when Ctrl-C interrupts it. */
final class Interruptible {
  private Interruptible() {}

  /** Returns the exit code of the work, or that of success if a signal stopped it. */
  static int run(Callable<Integer> work) throws Exception {
    try (StopSignal stop = StopSignal.install()) {
      try {
        return work.call();
      } catch (Exception e) {
        // An interrupt surfaces as various exceptions; the process ends with the signal's code.
        if (stop.received()) {
          return CommandLine.ExitCode.OK;
        }
        throw e;
      }
    }
  }
}
