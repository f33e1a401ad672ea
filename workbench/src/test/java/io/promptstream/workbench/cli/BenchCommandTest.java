package io.promptstream.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Tests which options are refused before anything starts. */
final class BenchCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--warm-up -1          | warm-up must be at least 0 ms: -1000",
        "--count 0             | count must be at least 1 ms: 0",
        "--at-rest 0           | events at rest must be at least 1: 0",
        "--events 1            | events must be at least 10: 1",
        "--peer python-stacked | peer python-stacked encodes only single-clicks, use it with that workload: clicks",
        "--peer flor           | expected one of",
      })
  void shouldRefuseWrongOptions(String options, String message) {
    assertThat(refusal(options)).contains(message);
  }

  @Test
  void shouldListThePeers() {
    assertThat(refusal("--peer flor")).contains("floor", "python-stacked", "python-each");
  }

  private static String refusal(String options) {
    StringWriter err = new StringWriter();
    int code = Workbench.commandLine()
        .setErr(new PrintWriter(err))
        .execute(("bench " + options).split(" "));
    assertThat(code).isEqualTo(CommandLine.ExitCode.USAGE);
    return err.toString();
  }
}
