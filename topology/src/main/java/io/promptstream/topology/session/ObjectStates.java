package io.promptstream.topology.session;

import io.promptstream.schemas.SessionState;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The states of objects in the store of a task. Each writer has a separate entry for an object, and
 * the entry with the highest offset counts.
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
    try (KeyValueIterator<String, SessionState> entries = scan(object + '/')) {
      return entries.hasNext() ? newestOfNext(entries).value : null;
    }
  }

  void put(String object, SessionState state) {
    store.put(entry(object), state);
  }

  /** Visits the objects whose keys begin with this prefix, with the states that count. */
  void forEach(String prefix, BiConsumer<String, SessionState> visitor) {
    try (KeyValueIterator<String, SessionState> entries = scan(prefix)) {
      while (entries.hasNext()) {
        KeyValue<String, SessionState> newest = newestOfNext(entries);
        visitor.accept(object(newest.key), newest.value);
      }
    }
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

  /** Reads the entries of the next object, which follow each other, and returns the newest. */
  private static KeyValue<String, SessionState> newestOfNext(
      KeyValueIterator<String, SessionState> entries) {
    KeyValue<String, SessionState> newest = entries.next();
    String object = object(newest.key);
    while (entries.hasNext() && object(entries.peekNextKey()).equals(object)) {
      KeyValue<String, SessionState> entry = entries.next();
      if (entry.value.getOffset() > newest.value.getOffset()) {
        newest = entry;
      }
    }
    return newest;
  }

  private KeyValueIterator<String, SessionState> scan(String prefix) {
    return store.prefixScan(prefix, new StringSerializer());
  }
}
