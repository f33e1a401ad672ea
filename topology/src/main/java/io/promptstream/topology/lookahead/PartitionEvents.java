package io.promptstream.topology.lookahead;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The polled events of one partition that were not taken yet, in the order of their offsets.
 *
 * <p>Locked, although in quiet times one thread alone comes here: while a partition moves from one
 * stream thread to another, the new one may poll it before the old one has closed its task.
 */
final class PartitionEvents {
  private final Deque<PolledEvent> events = new ArrayDeque<>();

  /**
   * Takes note of polled records; after a rewind they replace what was noted from there on.
   *
   * @param polledNanos when they were polled, by {@link System#nanoTime()}
   */
  synchronized void note(List<ConsumerRecord<byte[], byte[]>> records, long polledNanos) {
    if (records.isEmpty()) {
      return;
    }
    long first = records.get(0).offset();
    while (!events.isEmpty() && events.getLast().offset() >= first) {
      events.removeLast();
    }
    for (ConsumerRecord<byte[], byte[]> record : records) {
      events.addLast(new PolledEvent(record.offset(), record.value(), polledNanos));
    }
  }

  /**
   * Takes the event at an offset out, and drops all before it.
   *
   * @param value the very array that is being processed: a noted event answers for no other
   * @return the event, or null if it is not noted
   */
  synchronized @Nullable PolledEvent take(long offset, byte @Nullable [] value) {
    while (!events.isEmpty() && events.getFirst().offset() < offset) {
      events.removeFirst();
    }
    PolledEvent first = events.peekFirst();
    if (first == null || first.offset() != offset) {
      return null;
    }
    events.removeFirst();
    return first.value() == value ? first : null;
  }

  /** Returns up to this many of the events that are next. */
  synchronized List<PolledEvent> next(int limit) {
    List<PolledEvent> next = new ArrayList<>(Math.min(limit, events.size()));
    Iterator<PolledEvent> all = events.iterator();
    while (next.size() < limit && all.hasNext()) {
      next.add(all.next());
    }
    return next;
  }

  synchronized int size() {
    return events.size();
  }
}
