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
 * What the application logged: nothing of an event's bytes, in whatever notation, and no more lines
 * than its start and a report now and then.
 */
final class LogCheck {
  /** A task reports what it rejected this often. */
  private static final Duration REPORT_EVERY = Duration.ofSeconds(10);

  /** The lines of a start and a stop. */
  private static final int OTHER_LINES = 50;

  private static final int LONGEST_LINE = 1_000;

  /** What tells lines apart that say the same: times, names and numbers. */
  private static final Pattern PARTICULARS = Pattern.compile("\\[[^]]*]|\\S*\\d\\S*");

  /** What a report begins with. */
  private static final String REPORT = "Rejected ";

  /**
   * Kafka's producer says that a busy broker makes it try again; that is no one's event's doing,
   * and does not count.
   */
  private static final Pattern RETRY =
      Pattern.compile("\\.Sender .* Got error produce response .* retrying");

  private final Violations violations;
  private boolean reports;
  private final Map<String, Integer> counts = new HashMap<>();
  private int lines;
  private int retries;

  LogCheck(Violations violations) {
    this.violations = violations;
  }

  /**
   * Checks a log.
   *
   * @param ran how long the application ran
   * @return how many lines it has, without those of a producer that tries again
   */
  int check(Path log, Duration ran) throws IOException {
    List<String> quotes = quotes();
    // What is not UTF-8 comes as another character, and so is no quote.
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(Files.newInputStream(log), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines++;
        reports |= line.contains(REPORT);
        retries += RETRY.matcher(line).find() ? 1 : 0;
        counts.merge(PARTICULARS.matcher(line).replaceAll(""), 1, Integer::sum);
        if (quotes.stream().anyMatch(line::contains)) {
          violations.add("the log quotes an event in line %d".formatted(lines));
        }
        if (line.length() > LONGEST_LINE) {
          violations.add("line %d of the log has %d characters".formatted(lines, line.length()));
        }
      }
    }
    if (!reports) {
      violations.add("the log does not say that events were rejected");
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

  /** Returns the most lines of a log. */
  static int bound(Duration ran) {
    long reports = ran.dividedBy(REPORT_EVERY) + 1;
    return Math.toIntExact(OTHER_LINES + reports * FuzzEvents.PARTITIONS);
  }

  /** The marker as text, as Java prints an array, and in hexadecimal digits. */
  private static List<String> quotes() {
    byte[] marker = Draw.MARKER.getBytes(UTF_8);
    String array = Arrays.toString(marker);
    return List.of(
        Draw.MARKER,
        array.substring(1, array.length() - 1),
        HexFormat.of().formatHex(marker),
        HexFormat.of().withUpperCase().formatHex(marker));
  }
}
