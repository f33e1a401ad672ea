package io.promptstream.schemas.reader;

import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.SparseEmbedding;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Pairs the records of one partition number of the two topics.
 *
 * <p>Both topics have the order of the input. When two records form a pair, the records that wait
 * in front of them never find their half.
 */
final class Pairing {
  /** How many paired events are remembered, so that their repeats are recognized. */
  private static final int REMEMBERED = 10_000;

  private final Consumer<UnpairedEmbedding> unpaired;
  private final Side<SparseEmbedding> sparse;
  private final Side<DenseEmbedding> dense;
  private final Map<EventKey, Boolean> paired = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<EventKey, Boolean> eldest) {
      return size() > REMEMBERED;
    }
  };
  private long repeats;

  /** Identifies an event and the model that encoded it. The ids guard against a recreated input. */
  record EventKey(long offset, String promptId, String modelId) {}

  /** The records of one topic. */
  static final class Side<T> {
    private final TopicPartition partition;
    private final Map<EventKey, Half<T>> waiting = new LinkedHashMap<>();
    private final NavigableSet<Long> unfinished = new ConcurrentSkipListSet<>();
    private long position = -1;
    private long waitingBytes;

    private Side(TopicPartition partition) {
      this.partition = partition;
    }

    TopicPartition partition() {
      return partition;
    }

    /** Called by any thread. From now on, committed offsets may pass the record. */
    void finish(Half<T> half) {
      unfinished.remove(half.offset());
    }

    /** Returns the offset before which all records are finished; empty if none was received. */
    OptionalLong committable() {
      Long first = unfinished.ceiling(0L);
      if (first != null) {
        return OptionalLong.of(first);
      }
      return position < 0 ? OptionalLong.empty() : OptionalLong.of(position);
    }

    private void receive(Half<T> half) {
      unfinished.add(half.offset());
      position = half.offset() + 1;
    }

    /** Returns the repeat that the record replaces, whose place it takes, or null. */
    private @Nullable Half<T> hold(EventKey key, Half<T> half) {
      Half<T> older = waiting.put(key, half);
      waitingBytes += half.bytes() - (older == null ? 0 : older.bytes());
      return older;
    }

    private EventKey first() {
      return waiting.keySet().iterator().next();
    }
  }

  /**
   * Creates the pairing of two partitions without records.
   *
   * @param unpaired gets each record whose other half never came
   */
  Pairing(TopicPartition sparse, TopicPartition dense, Consumer<UnpairedEmbedding> unpaired) {
    this.sparse = new Side<>(sparse);
    this.dense = new Side<>(dense);
    this.unpaired = unpaired;
  }

  Side<SparseEmbedding> sparse() {
    return sparse;
  }

  Side<DenseEmbedding> dense() {
    return dense;
  }

  long waitingBytes() {
    return sparse.waitingBytes + dense.waitingBytes;
  }

  long repeats() {
    return repeats;
  }

  @Nullable PromptEmbedding addSparse(EventKey key, Half<SparseEmbedding> half) {
    Half<DenseEmbedding> other = add(key, half, sparse, dense);
    return other == null ? null : new PromptEmbedding(this, key, half, other);
  }

  @Nullable PromptEmbedding addDense(EventKey key, Half<DenseEmbedding> half) {
    Half<SparseEmbedding> other = add(key, half, dense, sparse);
    return other == null ? null : new PromptEmbedding(this, key, other, half);
  }

  /** Returns the other half, or null if it is not there or the record is a repeat. */
  private <A, B> @Nullable Half<B> add(EventKey key, Half<A> half, Side<A> mine, Side<B> other) {
    mine.receive(half);
    if (paired.containsKey(key)) {
      repeats++;
      mine.finish(half);
      return null;
    }
    if (other.waiting.containsKey(key)) {
      reportAll(mine);
      paired.put(key, true);
      return take(key, other);
    }
    Half<A> older = mine.hold(key, half);
    if (older != null) {
      repeats++;
      mine.finish(older);
    }
    return null;
  }

  /** Removes a record, and reports those in front of it. */
  private <T> Half<T> take(EventKey key, Side<T> side) {
    while (!side.first().equals(key)) {
      reportFirst(side);
    }
    return removeFirst(side);
  }

  private void reportAll(Side<?> side) {
    while (!side.waiting.isEmpty()) {
      reportFirst(side);
    }
  }

  private <T> void reportFirst(Side<T> side) {
    EventKey key = side.first();
    Half<T> half = removeFirst(side);
    unpaired.accept(
        new UnpairedEmbedding(side.partition, half.offset(), key.promptId(), key.modelId()));
    side.finish(half);
  }

  private static <T> Half<T> removeFirst(Side<T> side) {
    Iterator<Half<T>> first = side.waiting.values().iterator();
    Half<T> half = first.next();
    first.remove();
    side.waitingBytes -= half.bytes();
    return half;
  }

  /**
   * Frees memory: if records of both topics wait, reports those that the other topic has passed, by
   * the offsets of their events. Without need, offsets do not decide, because those of a recreated
   * input begin at zero again.
   *
   * @return the side that still has records; the other one is behind
   */
  Optional<Side<?>> reportPassed() {
    while (!sparse.waiting.isEmpty() && !dense.waiting.isEmpty()) {
      Side<?> passed = sparse.first().offset() < dense.first().offset() ? sparse : dense;
      reportFirst(passed);
    }
    if (!sparse.waiting.isEmpty()) {
      return Optional.of(sparse);
    }
    return dense.waiting.isEmpty() ? Optional.empty() : Optional.of(dense);
  }
}
