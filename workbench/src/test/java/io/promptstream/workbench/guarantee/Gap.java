package io.promptstream.workbench.guarantee;

import java.time.Duration;
import java.util.Arrays;

/** Measures the longest time that a partition had no output. */
public final class Gap {
  private final long[] lastNanos;
  private long longestNanos;

  Gap(int partitions) {
    lastNanos = new long[partitions];
    Arrays.fill(lastNanos, System.nanoTime());
  }

  synchronized void seen(int partition) {
    long now = System.nanoTime();
    longestNanos = Math.max(longestNanos, now - lastNanos[partition]);
    lastNanos[partition] = now;
  }

  /** Returns the longest time so far that has ended. */
  public synchronized Duration longest() {
    return Duration.ofNanos(longestNanos);
  }
}
