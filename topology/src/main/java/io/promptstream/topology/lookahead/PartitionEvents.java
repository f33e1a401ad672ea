package io.promptstream.topology.lookahead;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The polled events of one partition that are not taken yet, in the order of their offsets.
 *
 * <p>Usually one thread uses it. It is synchronized because, while a partition moves from one
 * stream thread to another, the new thread may poll it before the old one has closed its task.
 */
final class PartitionEvents {
  private final Deque<PolledEvent> events = new ArrayDeque<>();

  /**
   * Notes polled records. After a rewind they replace all events from their first offset on.
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
   * Removes and returns the event at an offset, and drops all events before it.
   *
   * @param value the array that is being processed; an event with another array is not returned
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

  /** Returns up to {@code limit} of the next events. */
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
