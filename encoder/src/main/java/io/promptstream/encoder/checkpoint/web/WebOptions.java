package io.promptstream.encoder.checkpoint.web;

import java.time.Duration;

/**
 * How patient a download is.
 *
 * @param connectTimeout how long a connection may take to be made
 * @param responseTimeout how long a server may send nothing at all
 * @param attempts how often one and the same byte is asked for, at least 1
 * @param backOff pause after the first failure; it doubles with each further one
 * @param maxPause the longest pause; a server that asks for more is given up
 */
public record WebOptions(
    Duration connectTimeout,
    Duration responseTimeout,
    int attempts,
    Duration backOff,
    Duration maxPause) {
  /** Gives up a server that is not there after half a minute, and one that hangs after minutes. */
  public static final WebOptions DEFAULT = new WebOptions(
      Duration.ofSeconds(10),
      Duration.ofSeconds(30),
      6,
      Duration.ofMillis(500),
      Duration.ofMinutes(1));

  public WebOptions {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts is %d, expected at least 1".formatted(attempts));
    }
  }
}
