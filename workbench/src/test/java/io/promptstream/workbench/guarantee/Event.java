package io.promptstream.workbench.guarantee;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** An event, its position in the input, and the output records that carry its number. */
final class Event {
  private final long number;
  private final Sample sample;
  private final long timestamp;
  private final List<Sighting> sightings = new ArrayList<>(2);
  private @Nullable TopicPartition partition;
  private long offset;

  /**
   * Creates an event that is not yet sent.
   *
   * @param number unique number, which its records carry as a header
   * @param sample content and expected outcome
   * @param timestamp timestamp of its record, in milliseconds
   */
  Event(long number, Sample sample, long timestamp) {
    this.number = number;
    this.sample = sample;
    this.timestamp = timestamp;
  }

  /**
   * An output record that carries the event's number.
   *
   * @param channel its topic
   * @param partition its partition
   * @param offset its offset
   * @param source the event's offset from an error record's headers; -1 on the other topics
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

  /** Returns the input partition, or -1 if the broker has not acknowledged the event. */
  synchronized int partition() {
    return partition == null ? -1 : partition.partition();
  }

  synchronized long offset() {
    return offset;
  }

  synchronized void seen(Sighting sighting) {
    sightings.add(sighting);
  }

  /** Returns its records on a topic, in reading order. */
  synchronized List<Sighting> seenOn(Channel channel) {
    return sightings.stream().filter(s -> s.channel() == channel).toList();
  }

  @Override
  public synchronized String toString() {
    return "event %d (%s@%d, %s)"
        .formatted(number, partition, offset, sample.outcome().getClass().getSimpleName());
  }
}
