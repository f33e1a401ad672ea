package io.promptstream.workbench.cli;

import io.promptstream.topology.cli.StopSignal;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** Work that Ctrl-C ends with everything cleaned up. */
final class Interruptible {
  private Interruptible() {}

  /** Returns the exit code of the work, or of success where a signal stopped it. */
  static int run(Callable<Integer> work) throws Exception {
    try (StopSignal stop = StopSignal.install()) {
      try {
        return work.call();
      } catch (Exception e) {
        // What was interrupted says so in many ways; the process ends with the signal's code.
        if (stop.received()) {
          return CommandLine.ExitCode.OK;
        }
        throw e;
      }
    }
  }
}
