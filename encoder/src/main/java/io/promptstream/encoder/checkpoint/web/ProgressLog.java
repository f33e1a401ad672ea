package io.promptstream.encoder.checkpoint.web;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs progress every 10 seconds. */
final class ProgressLog implements Progress {
  private static final Logger log = LoggerFactory.getLogger(ProgressLog.class);
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final String name;
  private final LongSupplier nanoTime;
  private long lastLogged;

  ProgressLog(String name, LongSupplier nanoTime) {
    this.name = name;
    this.nanoTime = nanoTime;
    this.lastLogged = nanoTime.getAsLong();
  }

  @Override
  public void update(long read, long total, boolean sequential) {
    long now = nanoTime.getAsLong();
    if (now - lastLogged >= INTERVAL.toNanos()) {
      lastLogged = now;
      log.info(
          "Reading {}: {} of {}",
          name,
          Sizes.of(read),
          total < 0 ? "an unknown size" : Sizes.of(total));
    }
  }
}
