package io.promptstream.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.encoder.SamCases;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoCommandIT {
  @TempDir
  private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldSendTheExamplesAndReportRandomWeights() throws Exception {
    assertThat(execute("demo", "--out", directory.toString())).isZero();

    String report = Files.readString(directory.resolve("index.html"));
    assertThat(out.toString())
        .contains("29 events in; 29 sparse, 29 dense, 0 errors out.")
        .contains("random weights, not trained")
        .containsPattern(row("truck-two-points", "3", "NO_MASK"))
        .containsPattern(row("truck-wheel-box", "2", "NO_MASK"))
        .containsPattern(row("truck-mask", "0", "FACTORED"));
    assertThat(report).contains("Random weights, not trained", "truck-two-points");
  }

  @Test
  void shouldSendAFileWithACheckpointAndShowRejections() throws Exception {
    Path prompts = Files.writeString(directory.resolve("prompts.jsonl"), """
            {"prompt_id": "good", "image_id": "a", "points": [{"x": 1, "y": 2, "label": "FOREGROUND"}]}
            {"prompt_id": "bad", "image_id": "a", "points": [{"x": NaN, "y": 2, "label": "FOREGROUND"}]}
            {"prompt_id": "good", "image_id": "a", "box": {"x_min": 1, "y_min": 2, "x_max": 3, "y_max": 4}}
            """);
    Path checkpoint = SamCases.copy("sam_vit_like.pth", directory);

    int code = execute(
        "demo",
        "--prompts",
        prompts.toString(),
        "--checkpoint",
        checkpoint.toString(),
        "--out",
        directory.resolve("new/report").toString());

    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("bad", "COORDINATE_NOT_FINITE: points[0].x is NaN")
        .contains("3 events in; 2 sparse, 2 dense, 1 errors out.")
        .doesNotContain("not trained");
    assertThat(directory.resolve("new/report/index.html"))
        .content()
        .contains("points[0].x is NaN")
        .doesNotContain("not trained");
  }

  @Test
  void shouldSayInOneSentenceThatThereIsNoCheckpoint() {
    int code = execute("demo", "--checkpoint", "/no/such.pth", "--out", directory.toString());

    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("/no/such.pth").doesNotContain("\tat ");
  }

  @Test
  void shouldSayInOneSentenceWhatIsWrongWithAPromptFile() throws Exception {
    Path prompts = Files.writeString(directory.resolve("p.jsonl"), "{\"prompt\": 1}\n");

    int code = execute("demo", "--prompts", prompts.toString(), "--out", directory.toString());

    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("p.jsonl", "line 1", "prompt").doesNotContain("\tat ");
  }

  @Test
  void shouldRefuseAFileWithoutPrompts() throws Exception {
    Path prompts = Files.writeString(directory.resolve("empty.jsonl"), "\n");

    int code = execute("demo", "--prompts", prompts.toString(), "--out", directory.toString());

    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("empty.jsonl has no prompts");
  }

  private static Pattern row(String prompt, String tokens, String dense) {
    return Pattern.compile("(?m)^%s +%s  %s +\\d+ +\\d+\\.\\d$".formatted(prompt, tokens, dense));
  }

  private int execute(String... arguments) {
    return Workbench.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
