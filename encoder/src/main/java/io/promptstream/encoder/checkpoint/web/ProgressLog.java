package io.promptstream.encoder.checkpoint.web;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line in the log every now and then, for downloads that take their time. */
final class ProgressLog implements Progress {
  private static final Logger log = LoggerFactory.getLogger(ProgressLog.class);
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final String name;
  private final LongSupplier nanoTime;
  private long logged;

  ProgressLog(String name, LongSupplier nanoTime) {
    this.name = name;
    this.nanoTime = nanoTime;
    this.logged = nanoTime.getAsLong();
  }

  @Override
  public void update(long read, long there, boolean whole) {
    long now = nanoTime.getAsLong();
    if (now - logged >= EVERY.toNanos()) {
      logged = now;
      log.info(
          "Reading {}: {} of {}",
          name,
          Sizes.of(read),
          there < 0 ? "an unknown size" : Sizes.of(there));
    }
  }
}
