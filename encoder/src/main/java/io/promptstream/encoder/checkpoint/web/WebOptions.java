package io.promptstream.encoder.checkpoint.web;

import java.time.Duration;

/**
 * Timeouts and retries of a download.
 *
 * @param connectTimeout maximum time to establish a connection
 * @param responseTimeout maximum time that a server may send nothing
 * @param attempts maximum number of requests for the same byte, at least 1
 * @param backOff pause after the first failure; it doubles with each further failure
 * @param maxPause the longest pause; the download fails if a server asks for a longer one
 */
public record WebOptions(
    Duration connectTimeout,
    Duration responseTimeout,
    int attempts,
    Duration backOff,
    Duration maxPause) {
  /**
   * Gives up an unreachable server after half a minute, and a hanging server after some minutes.
   */
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
