package io.promptstream.workbench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Checks the application's log: it must not quote events in any notation, and may have only the
 * lines of a start, a stop and periodic reports.
 */
final class LogCheck {
  /** Interval at which a task reports rejected events. */
  private static final Duration REPORT_EVERY = Duration.ofSeconds(10);

  /** Maximum number of lines of a start and a stop. */
  private static final int OTHER_LINES = 50;

  private static final int MAX_LINE = 1_000;

  /** Variable parts of a message: times, names and numbers. */
  private static final Pattern VARIABLE_PARTS = Pattern.compile("\\[[^]]*]|\\S*\\d\\S*");

  /** First word of a report. */
  private static final String REPORT = "Rejected ";

  /**
   * Kafka's producer logs retries when the broker is busy. They do not depend on events and are not
   * counted.
   */
  private static final Pattern RETRY =
      Pattern.compile("\\.Sender .* Got error produce response .* retrying");

  private final List<String> violations;
  private boolean reports;
  private final Map<String, Integer> counts = new HashMap<>();
  private int lines;
  private int retries;

  LogCheck(List<String> violations) {
    this.violations = violations;
  }

  /**
   * Checks a log.
   *
   * @param ran how long the application ran
   * @return the number of lines, without those of producer retries
   */
  int check(Path log, Duration ran) throws IOException {
    List<String> quotes = quotes();
    // Invalid UTF-8 is replaced and so cannot match a quote.
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(Files.newInputStream(log), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines++;
        reports |= line.contains(REPORT);
        retries += RETRY.matcher(line).find() ? 1 : 0;
        counts.merge(VARIABLE_PARTS.matcher(line).replaceAll(""), 1, Integer::sum);
        if (quotes.stream().anyMatch(line::contains)) {
          violations.add("the log quotes an event in line %d".formatted(lines));
        }
        if (line.length() > MAX_LINE) {
          violations.add("line %d of the log has %d characters".formatted(lines, line.length()));
        }
      }
    }
    if (!reports) {
      violations.add("the log has no report of rejected events");
    }
    if (lines - retries > bound(ran)) {
      violations.add("the log has %d lines after %d s, more than %d, most often: %s"
          .formatted(lines - retries, ran.toSeconds(), bound(ran), mostOften()));
    }
    return lines - retries;
  }

  private String mostOften() {
    return counts.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(line -> line.getKey().strip())
        .orElse("");
  }

  /** Returns the maximum number of lines. */
  static int bound(Duration ran) {
    long reports = ran.dividedBy(REPORT_EVERY) + 1;
    return Math.toIntExact(OTHER_LINES + reports * FuzzEvents.PARTITIONS);
  }

  /** Returns the marker as text, as a Java array, and as hexadecimal digits. */
  private static List<String> quotes() {
    byte[] marker = EventRandom.MARKER.getBytes(UTF_8);
    String array = Arrays.toString(marker);
    return List.of(
        EventRandom.MARKER,
        array.substring(1, array.length() - 1),
        HexFormat.of().formatHex(marker),
        HexFormat.of().withUpperCase().formatHex(marker));
  }
}
