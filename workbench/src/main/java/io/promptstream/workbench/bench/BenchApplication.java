package io.promptstream.workbench.bench;

import io.promptstream.encoder.PromptEncoder;
import io.promptstream.workbench.bench.Contestant.Encoding;
import io.promptstream.workbench.process.ApplicationProcess;

/** Main class of a contestant's process: the application with a real or constant encoder. */
public final class BenchApplication {
  private BenchApplication() {}

  /** Takes a properties file of settings and the name of an {@link Encoding}. */
  public static void main(String[] arguments) {
    Encoding encoding = Encoding.valueOf(arguments[1]);
    ApplicationProcess.run(arguments[0], model -> encoder(model, encoding));
  }

  private static PromptEncoder encoder(PromptEncoder model, Encoding encoding) {
    return switch (encoding) {
      case MODEL -> model;
      case CONSTANT -> new ConstantEncoder(model);
    };
  }
}
