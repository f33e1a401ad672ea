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

/** Records all sent events and output records of a run; thread-safe. */
public final class Ledger {
  private final Map<Long, Event> events = new ConcurrentHashMap<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final Queue<String> wrongPrompts = new ConcurrentLinkedQueue<>();
  private final Queue<Flow> flows = new ConcurrentLinkedQueue<>();
  private final Queue<Gap> gaps = new ConcurrentLinkedQueue<>();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong finished = new AtomicLong();

  /** Records that an event is about to be sent. */
  void sent(Event event) {
    events.put(event.number(), event);
  }

  /** Records that the broker has acknowledged an event. */
  void accepted(Event event, TopicPartition partition, long offset) {
    event.accepted(partition, offset);
    accepted.incrementAndGet();
  }

  @Nullable Event event(long number) {
    return events.get(number);
  }

  /** Records an output record of an event. */
  void seen(Event event, Sighting sighting) {
    boolean first = event.seenOn(sighting.channel()).isEmpty();
    event.seen(sighting);
    if (first && (sighting.channel() == Channel.SPARSE || sighting.channel() == Channel.ERRORS)) {
      finished.incrementAndGet();
    }
    if (sighting.channel() == Channel.SPARSE) {
      flows.removeIf(flow -> flow.seen(event.number(), sighting.partition()));
      gaps.forEach(gap -> gap.seen(sighting.partition()));
    }
  }

  /** Records a description of a wrong output record. */
  void wrong(String what) {
    wrong.add(what);
  }

  /** Records a description of a wrong prompt of a session. */
  void wrongPrompt(String what) {
    wrongPrompts.add(what);
  }

  /** Returns the descriptions of wrong prompts of sessions. */
  Collection<String> wrongPrompts() {
    return wrongPrompts;
  }

  /** Returns the descriptions of wrong output records. */
  Collection<String> wrong() {
    return wrong;
  }

  Collection<Event> events() {
    return events.values();
  }

  /** Returns the number of events that the broker has acknowledged. */
  public long acceptedCount() {
    return accepted.get();
  }

  /** Returns the number of events with a sparse embedding or an error record. */
  public long finishedCount() {
    return finished.get();
  }

  /** Returns the number of wrong output records so far. */
  public int wrongCount() {
    return wrong.size() + wrongPrompts.size();
  }

  /**
   * Starts to watch for output of later events on every partition.
   *
   * @param next number of the next event to be sent
   * @param partitions number of partitions
   */
  public Flow watchFlow(long next, int partitions) {
    Flow flow = new Flow(next, partitions);
    flows.add(flow);
    return flow;
  }

  /** Starts to measure the longest time that one of these partitions has no output. */
  public Gap watchGap(int partitions) {
    Gap gap = new Gap(partitions);
    gaps.add(gap);
    return gap;
  }
}
