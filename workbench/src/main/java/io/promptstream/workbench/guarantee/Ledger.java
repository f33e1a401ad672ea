package io.promptstream.workbench.guarantee;

import io.promptstream.workbench.guarantee.Event.Sighting;
import java.util.Collection;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What went in and what came out, written down as it happens by whoever sends and reads. */
public final class Ledger {
  private final Map<Long, Event> events = new ConcurrentHashMap<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final Queue<Flow> flows = new ConcurrentLinkedQueue<>();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong finished = new AtomicLong();

  /** Writes down that an event is about to be sent. */
  void sent(Event event) {
    events.put(event.number(), event);
  }

  /** Writes down that the broker has it. */
  void accepted(Event event, TopicPartition partition, long offset) {
    event.accepted(partition, offset);
    accepted.incrementAndGet();
  }

  @Nullable Event event(long number) {
    return events.get(number);
  }

  /** Writes down a record that is as it should be. */
  void seen(Event event, Sighting sighting) {
    boolean first = event.seenOn(sighting.channel()).isEmpty();
    event.seen(sighting);
    if (first && sighting.channel() != Channel.DENSE) {
      finished.incrementAndGet();
    }
    if (sighting.channel() == Channel.SPARSE) {
      flows.removeIf(flow -> flow.seen(event.number(), sighting.partition()));
    }
  }

  /** Writes down a record that is not as it should be. */
  void wrong(String what) {
    wrong.add(what);
  }

  /** Returns what was wrong with single records. */
  Collection<String> wrong() {
    return wrong;
  }

  Collection<Event> events() {
    return events.values();
  }

  /** Returns how many events the broker has taken. */
  public long acceptedCount() {
    return accepted.get();
  }

  /** Returns how many of them have come out, as a sparse embedding or as an error. */
  public long finishedCount() {
    return finished.get();
  }

  /** Returns how many records were not as they should be so far. */
  public int wrongCount() {
    return wrong.size();
  }

  /**
   * Watches from now on for results of later events on every partition.
   *
   * @param next number of the next event that will be sent
   * @param partitions how many partitions there are
   */
  public Flow watchFlow(long next, int partitions) {
    Flow flow = new Flow(next, partitions);
    flows.add(flow);
    return flow;
  }
}
