package io.promptstream.encoder.checkpoint.web;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Shows progress as a line on a terminal, which is redrawn and finally cleared. */
final class ProgressBar implements Progress {
  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final int WIDTH = 24;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final String name;
  private final PrintStream terminal;
  private final LongSupplier nanoTime;
  private long lastDrawn;
  private boolean visible;

  ProgressBar(String name, PrintStream terminal, LongSupplier nanoTime) {
    this.name = name;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.lastDrawn = nanoTime.getAsLong();
  }

  @Override
  public void update(long read, long total, boolean sequential) {
    long now = nanoTime.getAsLong();
    if (now - lastDrawn < INTERVAL.toNanos()) {
      return;
    }
    lastDrawn = now;
    visible = true;
    terminal.print(CLEAR_LINE + name + "  " + line(read, total, sequential));
    terminal.flush();
  }

  private static String line(long read, long total, boolean sequential) {
    if (total < 0) {
      return Sizes.of(read);
    }
    String amount = "%s of %s".formatted(Sizes.of(read), Sizes.of(total));
    if (!sequential || total == 0) {
      return amount;
    }
    // After a broken connection, some bytes can arrive twice.
    int filled = (int) Math.min(WIDTH, read * (double) WIDTH / total);
    return "[%s%s] %s".formatted("=".repeat(filled), " ".repeat(WIDTH - filled), amount);
  }

  @Override
  public void close() {
    if (visible) {
      visible = false;
      terminal.print(CLEAR_LINE);
      terminal.flush();
    }
  }
}
