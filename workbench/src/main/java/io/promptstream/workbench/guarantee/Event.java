package io.promptstream.workbench.guarantee;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One event that was sent: what it is, where the broker put it, and what was seen of it since. */
final class Event {
  private final long number;
  private final Sample sample;
  private final long timestamp;
  private final List<Sighting> sightings = new ArrayList<>(2);
  private @Nullable TopicPartition partition;
  private long offset;

  /**
   * An event before it is sent.
   *
   * @param number unique; its records carry it as a header
   * @param sample what it is, and what must come of it
   * @param timestamp of its record, in milliseconds
   */
  Event(long number, Sample sample, long timestamp) {
    this.number = number;
    this.sample = sample;
    this.timestamp = timestamp;
  }

  /**
   * A record that carries an event's number.
   *
   * @param channel the topic that it was seen on
   * @param partition its partition there
   * @param offset its offset there
   * @param source the offset of the event that an error record tells; -1 on the other topics
   */
  record Sighting(Channel channel, int partition, long offset, long source) {}

  long number() {
    return number;
  }

  Sample sample() {
    return sample;
  }

  long timestamp() {
    return timestamp;
  }

  String key() {
    return Samples.imageId(number);
  }

  synchronized void accepted(TopicPartition partition, long offset) {
    this.partition = partition;
    this.offset = offset;
  }

  synchronized boolean isAccepted() {
    return partition != null;
  }

  /** Returns the partition that the broker put it into, or -1 if that is not known. */
  synchronized int partition() {
    return partition == null ? -1 : partition.partition();
  }

  synchronized long offset() {
    return offset;
  }

  synchronized void seen(Sighting sighting) {
    sightings.add(sighting);
  }

  /** Returns what was seen of it on a topic, in the order of reading. */
  synchronized List<Sighting> seenOn(Channel channel) {
    return sightings.stream().filter(s -> s.channel() == channel).toList();
  }

  @Override
  public synchronized String toString() {
    return "event %d (%s@%d, %s)"
        .formatted(number, partition, offset, sample.outcome().getClass().getSimpleName());
  }
}
