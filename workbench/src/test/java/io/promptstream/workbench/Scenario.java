package io.promptstream.workbench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** The parameters and the report of a long test. */
public final class Scenario {
  private static final Path REPORTS = Path.of("target", "scenarios");

  private final Path report;

  /** Starts the report {@code target/scenarios/NAME.txt}. */
  public Scenario(String name) {
    try {
      report = Files.createDirectories(REPORTS).resolve(name + ".txt");
      Files.writeString(report, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the system property with this name, or its default. */
  public static double number(String property, double defaultValue) {
    return Double.parseDouble(System.getProperty(property, Double.toString(defaultValue)));
  }

  /** Returns the enum constant that a system property names in any case, or its default. */
  public static <E extends Enum<E>> E constant(String property, E defaultValue) {
    String name = System.getProperty(property, defaultValue.name());
    return Enum.valueOf(defaultValue.getDeclaringClass(), name.toUpperCase(Locale.ROOT));
  }

  /** Prints text and appends it to the report. */
  public void say(String format, Object... values) {
    String text = String.format(Locale.ROOT, format, values);
    System.out.print(text);
    try {
      Files.writeString(report, text, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
