package io.promptstream.workbench.process;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Finds a Python with the modules of a script. */
public final class Python {
  private static final List<String> COMMANDS = List.of("python3", "/usr/bin/python3");

  private Python() {}

  /**
   * Returns the first of {@code python3} and {@code /usr/bin/python3} that can run some statements.
   *
   * @param imports statements that import the modules
   */
  public static Optional<String> with(String imports) throws InterruptedException {
    for (String python : COMMANDS) {
      try {
        Process process = new ProcessBuilder(python, "-c", imports)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
        if (process.waitFor() == 0) {
          return Optional.of(python);
        }
      } catch (IOException e) {
        // There is no such program.
      }
    }
    return Optional.empty();
  }
}
