package io.promptstream.workbench.fuzz;

import io.promptstream.workbench.process.ApplicationProcess;
import java.util.function.UnaryOperator;

/** Main class of the process under test: the real application, until its parent ends it. */
public final class FuzzApplication {
  private FuzzApplication() {}

  /** Takes a properties file of settings. */
  public static void main(String[] arguments) {
    ApplicationProcess.run(arguments[0], UnaryOperator.identity());
  }
}
