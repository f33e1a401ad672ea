package io.promptstream.topology.session;

import io.promptstream.schemas.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the states of objects without an action for some time, in passes over the store, whose
 * steps have a limited length. Between two passes is a hundredth of that time.
 */
final class Expiry {
  /** How often a step is made. */
  static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final int MAX_STATES = 1_000;
  private static final long MAX_NANOS = Duration.ofMillis(10).toNanos();
  private static final int PASSES = 100;

  private final ObjectStates states;
  private final long ttlMillis;
  private @Nullable String next;
  private long nextPassMillis;

  Expiry(ObjectStates states, Duration ttl) {
    this.states = states;
    ttlMillis = ttl.toMillis();
  }

  /** Makes a step from where the last one ended; returns how many objects it deleted. */
  int step(long nowMillis) {
    if (next == null && nowMillis < nextPassMillis) {
      return 0;
    }
    long begin = System.nanoTime();
    List<String> expired = new ArrayList<>();
    int objects = 0;
    try (KeyValueIterator<String, SessionState> entries = states.entriesFrom(next)) {
      int read = 0;
      while (entries.hasNext() && read < MAX_STATES && System.nanoTime() - begin < MAX_NANOS) {
        List<Entry> object = nextObject(entries);
        read += object.size();
        if (object.size() == 1) {
          if (isExpired(object.get(0), nowMillis)) {
            expired.add(object.get(0).key);
            objects++;
          }
          continue;
        }
        // The state that counts is deleted last: without it, an older one would count.
        object.remove(Collections.max(object, Comparator.comparingLong(Entry::offset)));
        object.stream()
            .filter(entry -> isExpired(entry, nowMillis))
            .forEach(entry -> expired.add(entry.key));
      }
      next = entries.hasNext() ? entries.peekNextKey() : null;
      nextPassMillis = nowMillis + ttlMillis / PASSES;
    }
    expired.forEach(states::delete);
    return objects;
  }

  /** What is needed of an entry, whose state can be large. */
  private record Entry(String key, long offset, long activeMillis) {}

  private boolean isExpired(Entry entry, long nowMillis) {
    return nowMillis - entry.activeMillis >= ttlMillis;
  }

  /** Reads the entries of the next object, which follow each other. */
  private static List<Entry> nextObject(KeyValueIterator<String, SessionState> entries) {
    List<Entry> object = new ArrayList<>();
    String name = ObjectStates.object(entries.peekNextKey());
    do {
      KeyValue<String, SessionState> entry = entries.next();
      object.add(new Entry(entry.key, entry.value.getOffset(), entry.value.getActiveMs()));
    } while (entries.hasNext() && ObjectStates.object(entries.peekNextKey()).equals(name));
    return object;
  }
}
