package io.promptstream.topology.session;

import io.promptstream.schemas.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Deletes the states of objects without an action for some time, in steps of limited length. */
final class Expiry {
  /** How often a step is made. */
  static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final int MAX_STATES = 1_000;
  private static final long MAX_NANOS = Duration.ofMillis(10).toNanos();

  private final KeyValueStore<String, SessionState> store;
  private final long ttlMillis;
  private @Nullable String next;

  Expiry(KeyValueStore<String, SessionState> store, Duration ttl) {
    this.store = store;
    ttlMillis = ttl.toMillis();
  }

  /** Makes a step from where the last one ended; returns how many states it deleted. */
  int step(long nowMillis) {
    long begin = System.nanoTime();
    List<String> expired = new ArrayList<>();
    try (KeyValueIterator<String, SessionState> states = store.range(next, null)) {
      for (int i = 0;
          i < MAX_STATES && states.hasNext() && System.nanoTime() - begin < MAX_NANOS;
          i++) {
        KeyValue<String, SessionState> state = states.next();
        if (nowMillis - state.value.getActiveMs() >= ttlMillis) {
          expired.add(state.key);
        }
      }
      next = states.hasNext() ? states.peekNextKey() : null;
    }
    expired.forEach(store::delete);
    return expired.size();
  }
}
