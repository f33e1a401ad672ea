package io.promptstream.application;

import io.promptstream.topology.config.PromptStreamConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks the directory of the state store of sessions. */
final class StateDirectoryCheck {
  private StateDirectoryCheck() {}

  /**
   * Creates the directory if it does not exist, and a file in it.
   *
   * @throws StartupException naming the directory, if that is not possible
   */
  static void run(PromptStreamConfig config) {
    Path directory = Path.of(config.stateDirectory());
    try {
      Files.createDirectories(directory);
      Files.delete(Files.createTempFile(directory, "check", null));
    } catch (IOException e) {
      throw new StartupException(
          "state.dir=%s cannot be written to, but sessions keep their state there: %s"
              .formatted(directory, e),
          e);
    }
  }
}
