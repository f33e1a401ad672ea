package io.promptstream.workbench.playground;

import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;

/** One open page: its connection, how much it has not read yet, and how fast it sends. */
final class Page {
  /** Characters that may wait for a page that does not read; more closes its connection. */
  private static final long MAX_WAITING = 8 << 20;

  private static final int BURST = 200;
  private static final int MESSAGES_PER_SECOND = 100;
  private static final double NANOS = 1e9;
  private static final int TRY_AGAIN_LATER = 1013;

  private final String visitor;
  private final Session connection;
  private final AtomicLong waiting = new AtomicLong();
  private double allowance = BURST;
  private long lastMessage = System.nanoTime();
  private boolean told;

  Page(String visitor, Session connection) {
    this.visitor = visitor;
    this.connection = connection;
  }

  /** Returns the random name that the page gave itself, and keeps when it is reloaded. */
  String visitor() {
    return visitor;
  }

  /** Sends a message without waiting. A page that is gone loses it. */
  void send(String message) {
    if (waiting.addAndGet(message.length()) > MAX_WAITING) {
      connection.close(TRY_AGAIN_LATER, "the page reads too slowly", Callback.NOOP);
      return;
    }
    Runnable sent = () -> waiting.addAndGet(-message.length());
    connection.sendText(message, Callback.from(sent, thrown -> sent.run()));
  }

  /** Returns whether the page may send another message; tells the page when it may not. */
  synchronized boolean admits() {
    long now = System.nanoTime();
    allowance = Math.min(BURST, allowance + (now - lastMessage) / NANOS * MESSAGES_PER_SECOND);
    lastMessage = now;
    if (allowance >= 1) {
      allowance--;
      told = false;
      return true;
    }
    if (!told) {
      told = true;
      send(Messages.error(
          null,
          "TOO_FAST",
          "At most %d messages a second are accepted.".formatted(MESSAGES_PER_SECOND)));
    }
    return false;
  }
}
