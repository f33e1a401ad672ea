package io.promptstream.workbench.process;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** Writes the settings of an application process to a file. */
public final class SettingsFile {
  private SettingsFile() {}

  /** Writes settings and returns the file. */
  public static Path write(Path directory, String name, Map<String, String> settings)
      throws IOException {
    Path file = directory.resolve(name + ".properties");
    Properties properties = new Properties();
    properties.putAll(settings);
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    return file;
  }
}
