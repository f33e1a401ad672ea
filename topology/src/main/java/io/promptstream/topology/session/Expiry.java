package io.promptstream.topology.session;

import io.promptstream.schemas.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/** Deletes the states of objects without an action for some time, in steps of limited length. */
final class Expiry {
  /** How often a step is made. */
  static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final int MAX_STATES = 1_000;
  private static final long MAX_NANOS = Duration.ofMillis(10).toNanos();

  private final ObjectStates states;
  private final long ttlMillis;
  private @Nullable String next;

  Expiry(ObjectStates states, Duration ttl) {
    this.states = states;
    ttlMillis = ttl.toMillis();
  }

  /** Makes a step from where the last one ended; returns how many objects it deleted. */
  int step(long nowMillis) {
    long begin = System.nanoTime();
    List<String> expired = new ArrayList<>();
    try (KeyValueIterator<String, SessionState> entries = states.entriesFrom(next)) {
      for (int i = 0;
          i < MAX_STATES && entries.hasNext() && System.nanoTime() - begin < MAX_NANOS;
          i++) {
        KeyValue<String, SessionState> entry = entries.next();
        if (nowMillis - entry.value.getActiveMs() >= ttlMillis) {
          expired.add(entry.key);
        }
      }
      next = entries.hasNext() ? entries.peekNextKey() : null;
    }
    return (int) expired.stream().filter(states::delete).count();
  }
}
