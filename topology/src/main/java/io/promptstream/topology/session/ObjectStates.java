package io.promptstream.topology.session;

import io.promptstream.schemas.SessionState;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The states of objects in the store of a task. Each writer has an entry of its own for an object,
 * and the entry with the highest offset counts.
 *
 * <p>Without transactions, nothing fences an instance that lost its tasks while it was suspended:
 * when it resumes, it writes older states to the changelog, after those of its successor. Each
 * start of a task is another writer, so these states cannot replace the newer ones.
 */
final class ObjectStates {
  private final KeyValueStore<String, SessionState> store;
  private final String writer;

  /** @param writer a name without slashes that no other start of a task has */
  ObjectStates(KeyValueStore<String, SessionState> store, String writer) {
    this.store = store;
    this.writer = writer;
  }

  /** Returns the state of the object with this key, or null if there is none. */
  @Nullable SessionState get(String object) {
    SessionState own = store.get(entry(object));
    if (own != null) {
      return own;
    }
    SessionState newest = null;
    try (KeyValueIterator<String, SessionState> entries = scan(object + '/')) {
      while (entries.hasNext()) {
        SessionState state = entries.next().value;
        if (newest == null || state.getOffset() > newest.getOffset()) {
          newest = state;
        }
      }
    }
    return newest;
  }

  void put(String object, SessionState state) {
    store.put(entry(object), state);
  }

  /** Returns the keys of all objects that begin with this prefix. */
  Set<String> objects(String prefix) {
    Set<String> objects = new TreeSet<>();
    try (KeyValueIterator<String, SessionState> entries = scan(prefix)) {
      entries.forEachRemaining(entry -> objects.add(object(entry.key)));
    }
    return objects;
  }

  /** Returns the entries from one on, or all for null. */
  KeyValueIterator<String, SessionState> entriesFrom(@Nullable String entry) {
    return store.range(entry, null);
  }

  /** Deletes an entry. */
  void delete(String entry) {
    store.delete(entry);
  }

  private String entry(String object) {
    return object + '/' + writer;
  }

  /** Returns the key of the object of an entry. */
  static String object(String entry) {
    return entry.substring(0, entry.lastIndexOf('/'));
  }

  private KeyValueIterator<String, SessionState> scan(String prefix) {
    return store.prefixScan(prefix, new StringSerializer());
  }
}
