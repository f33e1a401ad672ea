package io.promptstream.workbench.playground;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The open pages by visitor, and the last messages about each prompt, which a page gets again when
 * it is reloaded. A message reaches only the pages of its visitor.
 */
final class Visitors {
  /** Characters of kept messages, of all visitors; the oldest messages are dropped first. */
  private static final long MAX_KEPT = 32 << 20;

  private final Map<String, Set<Page>> pages = new HashMap<>();
  private final Map<Kind, String> kept = new LinkedHashMap<>();
  private long keptLength;

  /**
   * Which earlier message a message replaces.
   *
   * @param type the type of the message
   * @param object session and object that it is about
   */
  private record Kind(String visitor, String type, String object) {}

  /** Adds a page, and sends it the kept messages of its visitor. */
  synchronized void enter(Page page) {
    pages.computeIfAbsent(page.visitor(), unused -> new LinkedHashSet<>()).add(page);
    kept.forEach((kind, message) -> {
      if (kind.visitor.equals(page.visitor())) {
        page.send(message);
      }
    });
  }

  synchronized void leave(Page page) {
    pages.computeIfPresent(page.visitor(), (unused, of) -> {
      of.remove(page);
      return of.isEmpty() ? null : of;
    });
  }

  /** Returns whether the visitor has an open page. */
  synchronized boolean isOpen(String visitor) {
    return pages.containsKey(visitor);
  }

  /** Sends a message to the pages of a visitor. */
  synchronized void send(String visitor, String message) {
    pages.getOrDefault(visitor, Set.of()).forEach(page -> page.send(message));
  }

  /** Sends a message to the pages of a visitor, and again to each page that is opened later. */
  synchronized void sendAndKeep(String visitor, String type, String object, String message) {
    send(visitor, message);
    Kind kind = new Kind(visitor, type, object);
    String replaced = kept.remove(kind);
    keptLength += message.length() - (replaced == null ? 0 : replaced.length());
    kept.put(kind, message);
    for (Iterator<String> oldest = kept.values().iterator(); keptLength > MAX_KEPT; ) {
      keptLength -= oldest.next().length();
      oldest.remove();
    }
  }

  /** Sends a message to all pages. */
  synchronized void sendToAll(String message) {
    List.copyOf(pages.values()).forEach(of -> of.forEach(page -> page.send(message)));
  }
}
