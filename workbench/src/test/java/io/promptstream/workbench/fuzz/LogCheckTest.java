package io.promptstream.workbench.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogCheckTest {
  private static final Duration RAN = Duration.ofSeconds(25);

  @TempDir
  private Path directory;

  private final List<String> violations = new ArrayList<>();

  @Test
  void shouldPassALogOfAStartAndSomeReports() throws Exception {
    assertThat(check(Collections.nCopies(LogCheck.bound(RAN), "Rejected 7 more event(s)")))
        .isEqualTo(62);
    assertThat(violations).isEmpty();
  }

  @Test
  void shouldFindATooLongLog() throws Exception {
    check(Collections.nCopies(LogCheck.bound(RAN) + 1, "Rejected 1 more event(s)"));

    assertThat(violations)
        .containsExactly(
            "the log has 63 lines after 25 s, more than 62, most often: Rejected  more event(s)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bad key pAyl0ad-image-7",
        "value = [0, 112, 65, 121, 108, 48, 97, 100, 7]",
        "70 bytes: 007041796c306164",
        "70 bytes: 007041796C306164"
      })
  void shouldFindAnEventThatIsQuoted(String line) throws Exception {
    check(List.of("Rejected 1 more event(s)", line));

    assertThat(violations).containsExactly("the log quotes an event in line 2");
  }

  @Test
  void shouldNotCountProducerRetries() throws Exception {
    String retry = "WARN  [producer] o.a.k.c.p.i.Sender [Producer clientId=p] Got error produce"
        + " response with correlation id 7 on topic-partition prompt-errors-1, retrying (2147483646"
        + " attempts left). Error: OUT_OF_ORDER_SEQUENCE_NUMBER";
    List<String> lines = new ArrayList<>(Collections.nCopies(500, retry));
    lines.add("Rejected 7 more event(s)");

    assertThat(check(lines)).isEqualTo(1);
    assertThat(violations).isEmpty();
  }

  @Test
  void shouldFindALogWithoutReports() throws Exception {
    check(List.of("Running"));

    assertThat(violations).containsExactly("the log has no report of rejected events");
  }

  @Test
  void shouldFindATooLongLine() throws Exception {
    check(List.of("Rejected " + "x".repeat(5_000)));

    assertThat(violations).hasSize(1);
  }

  private int check(List<String> lines) throws Exception {
    Path log = directory.resolve("application.log");
    Files.write(log, lines);
    return new LogCheck(violations).check(log, RAN);
  }
}
