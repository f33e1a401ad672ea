package io.promptstream.application.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.encoder.checkpoint.web.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointCommandTest {
  private static final String MODEL_ID = "3e2a390ed60e8d2e";

  @TempDir
  private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path checkpoint = Path.of("");

  @BeforeEach
  void writeCheckpoint() throws IOException {
    checkpoint = directory.resolve("sam.pth");
    try (InputStream fixture = requireNonNull(
        CheckpointCommandTest.class.getResourceAsStream("/fixtures/sam/sam_vit_like.pth"))) {
      Files.copy(fixture, checkpoint);
    }
  }

  @Test
  void shouldPrintTheContentsOfACheckpoint() throws IOException {
    assertThat(execute("inspect", checkpoint.toString())).isZero();
    assertThat(out.toString().lines())
        .contains(
            "source     " + checkpoint,
            "family     sam",
            "sizes      embedding width 256, mask channels 16",
            "model id   " + MODEL_ID,
            "tensors    17",
            "  prompt_encoder.no_mask_embed.weight [1, 256] FloatStorage")
        .anyMatch(
            line -> line.matches("read       [0-9]+ of %d bytes".formatted(size(checkpoint))));
  }

  @Test
  void shouldExtractTheSameModelFromTheWeb() throws IOException {
    Path file = directory.resolve("extract.safetensors");
    try (TestServer server = TestServer.start()) {
      String address = server.serve("/sam.pth", checkpoint);

      assertThat(execute("extract", address, file.toString())).isZero();
      assertThat(out.toString())
          .isEqualToIgnoringNewLines(
              "Wrote the prompt encoder %s (sam) of %s to %s.".formatted(MODEL_ID, address, file));
    }
    assertThat(execute("inspect", file.toString())).isZero();
    assertThat(out.toString()).contains("model id   " + MODEL_ID);
    assertThat(directory.resolve("cache")).isDirectoryContaining("glob:**/sam-pth-*.safetensors");
  }

  @Test
  void shouldExplainInOneSentenceWhyAFileIsNotACheckpoint() throws IOException {
    Files.writeString(checkpoint, "GGUF");

    assertThat(execute("inspect", checkpoint.toString())).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("Checkpoint %s: it is neither a PyTorch zip".formatted(checkpoint))
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "inspect", "inspect a b", "extract a", "walk a"})
  void shouldExitWithTwoForAnInvalidCommandLine(String arguments) {
    assertThat(execute(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
        .isEqualTo(2);
    assertThat(err.toString()).isNotEmpty();
    assertThat(out.toString()).isEmpty();
  }

  private int execute(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "checkpoint";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    Map<String, String> environment =
        Map.of("PROMPTSTREAM_CACHE_DIR", directory.resolve("cache").toString());
    return PromptStreamCommand.commandLine(environment, options -> {
          throw new IllegalArgumentException("not needed");
        })
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(all);
  }

  private static long size(Path file) {
    return file.toFile().length();
  }
}
