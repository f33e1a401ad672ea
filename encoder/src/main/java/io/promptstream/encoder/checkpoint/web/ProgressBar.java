package io.promptstream.encoder.checkpoint.web;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A line on a terminal that is drawn over and over, and wiped in the end. */
final class ProgressBar implements Progress {
  private static final Duration EVERY = Duration.ofMillis(100);
  private static final int WIDTH = 24;
  private static final String WIPE = "\r\u001b[K";

  private final String name;
  private final PrintStream terminal;
  private final LongSupplier nanoTime;
  private long drawn;
  private boolean visible;

  ProgressBar(String name, PrintStream terminal, LongSupplier nanoTime) {
    this.name = name;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.drawn = nanoTime.getAsLong();
  }

  @Override
  public void update(long read, long there, boolean whole) {
    long now = nanoTime.getAsLong();
    if (now - drawn < EVERY.toNanos()) {
      return;
    }
    drawn = now;
    visible = true;
    terminal.print(WIPE + name + "  " + line(read, there, whole));
    terminal.flush();
  }

  private static String line(long read, long there, boolean whole) {
    if (there < 0) {
      return Sizes.of(read);
    }
    String amount = "%s of %s".formatted(Sizes.of(read), Sizes.of(there));
    if (!whole || there == 0) {
      return amount;
    }
    // A connection that was cut may make some of it come twice.
    int filled = (int) Math.min(WIDTH, read * (double) WIDTH / there);
    return "[%s%s] %s".formatted("=".repeat(filled), " ".repeat(WIDTH - filled), amount);
  }

  @Override
  public void close() {
    if (visible) {
      visible = false;
      terminal.print(WIPE);
      terminal.flush();
    }
  }
}
