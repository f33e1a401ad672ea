package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows progress on standard error if it is a terminal, otherwise logs it every 10 seconds. */
public final class DownloadProgress implements Progress {
  private static final Logger log = LoggerFactory.getLogger(DownloadProgress.class);
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");
  private static final int WIDTH = 79;

  private final ProgressBarBuilder builder;
  private final Runnable end;
  private @Nullable ProgressBar bar;

  private DownloadProgress(String name, int intervalMillis, Consumer<String> out, Runnable end) {
    this.builder = new ProgressBarBuilder()
        .setTaskName(name)
        .setStyle(ProgressBarStyle.ASCII)
        .setUnit(" KiB", 1 << 10)
        .setUpdateIntervalMillis(intervalMillis)
        .setConsumer(new DelegatingProgressBarConsumer(out, WIDTH));
    this.end = end;
  }

  /** Returns the progress of a file's download. */
  public static Progress of(String name) {
    return isTerminal()
        ? onTerminal(name, System.err)
        : new DownloadProgress(name, 10_000, log::info, () -> {});
  }

  static Progress onTerminal(String name, PrintStream terminal) {
    return new DownloadProgress(
        name,
        100,
        line -> terminal.print("\r" + line),
        () -> terminal.print("\r" + " ".repeat(WIDTH) + "\r"));
  }

  private static boolean isTerminal() {
    if ("dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      // Java cannot tell whether standard error alone is a terminal; Linux can.
      String device = Files.readSymbolicLink(STANDARD_ERROR).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  @Override
  public void update(long read, long total, boolean sequential) {
    if (bar == null) {
      bar = builder.build();
    }
    // Ranges are only part of the file, so the number of bytes to come is unknown.
    bar.maxHint(sequential ? total : -1).stepTo(read);
  }

  @Override
  public void close() {
    if (bar != null) {
      // Closing waits for the last line, and would clear the interrupt status.
      boolean interrupted = Thread.interrupted();
      bar.close();
      bar = null;
      end.run();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
