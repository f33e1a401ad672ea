package io.promptstream.encoder.checkpoint.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private final AtomicLong nanoTime = new AtomicLong();

  @Test
  void shouldDrawABarForAFileThatIsReadFromItsStart() {
    ProgressBar bar = bar();

    nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(1));
    bar.update(3L << 29, 3L << 30, true);

    assertThat(terminal.toString(UTF_8))
        .isEqualTo("\r\u001b[Ksam.pth  [============            ] 1.5 GiB of 3.0 GiB");
  }

  @Test
  void shouldShowTheBytesReadInRanges() {
    ProgressBar bar = bar();

    nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(1));
    bar.update(64 << 10, 3L << 30, false);

    assertThat(terminal.toString(UTF_8)).endsWith("sam.pth  64.0 KiB of 3.0 GiB");
  }

  @Test
  void shouldLimitTheRedrawRate() {
    ProgressBar bar = bar();

    bar.update(1, 100, true);
    nanoTime.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
    bar.update(2, 100, true);
    bar.update(3, 100, true);

    assertThat(terminal.toString(UTF_8)).contains("2 bytes").doesNotContain("1 bytes", "3 bytes");
  }

  @Test
  void shouldClearTheLineAtTheEnd() {
    ProgressBar unseen = bar();
    unseen.close();
    assertThat(terminal.size()).isZero();

    ProgressBar bar = bar();
    nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(1));
    bar.update(1, -1, true);
    bar.close();

    assertThat(terminal.toString(UTF_8)).endsWith("sam.pth  1 bytes\r\u001b[K");
  }

  private ProgressBar bar() {
    return new ProgressBar("sam.pth", new PrintStream(terminal, true, UTF_8), nanoTime::get);
  }
}
