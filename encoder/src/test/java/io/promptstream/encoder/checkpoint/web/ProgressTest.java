package io.promptstream.encoder.checkpoint.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private final Progress progress =
      DownloadProgress.onTerminal("sam.pth", new PrintStream(terminal, true, UTF_8));

  @Test
  void shouldDrawABarForAFileThatIsReadFromItsStart() {
    progress.update(3L << 29, 3L << 30, true);
    progress.close();

    assertThat(terminal.toString(UTF_8))
        .containsPattern("\rsam.pth  50% \\[=+ +] 1572864/3145728 KiB \\(");
  }

  @Test
  void shouldShowTheBytesReadInRanges() {
    progress.update(64 << 10, 3L << 30, false);
    progress.close();

    assertThat(terminal.toString(UTF_8)).containsPattern("\rsam.pth  \\? % \\[.*] 64/\\? KiB \\(");
  }

  @Test
  void shouldShowTheBytesOfAFileOfUnknownSize() {
    progress.update(10 << 10, -1, true);
    progress.close();

    assertThat(terminal.toString(UTF_8)).contains("] 10/? KiB (");
  }

  @Test
  void shouldClearTheLineAtTheEnd() {
    progress.close();
    assertThat(terminal.size()).isZero();

    progress.update(1, -1, true);
    progress.close();

    assertThat(terminal.toString(UTF_8)).endsWith("\r" + " ".repeat(79) + "\r");
  }

  @Test
  void shouldKeepTheInterruptStatus() {
    progress.update(1, 2, true);
    Thread.currentThread().interrupt();
    progress.close();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(terminal.toString(UTF_8)).endsWith("\r");
  }
}
