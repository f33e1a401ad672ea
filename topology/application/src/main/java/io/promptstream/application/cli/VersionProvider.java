package io.promptstream.application.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Provides the version that the build wrote. */
public final class VersionProvider implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    Properties properties = new Properties();
    try (InputStream file = VersionProvider.class.getResourceAsStream("version.properties")) {
      properties.load(file);
    }
    return new String[] {"promptstream " + properties.getProperty("version")};
  }
}
