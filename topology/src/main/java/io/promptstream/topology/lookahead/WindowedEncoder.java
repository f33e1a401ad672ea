package io.promptstream.topology.lookahead;

import ai.djl.engine.EngineException;
import io.promptstream.topology.encoding.EncodedEvent;
import io.promptstream.topology.encoding.EventEncoder;
import io.promptstream.topology.encoding.PreparedEvent;
import io.promptstream.topology.errors.RejectedEventException;
import io.promptstream.topology.lookahead.PolledEvent.Encoded;
import io.promptstream.topology.lookahead.PolledEvent.Prepared;
import io.promptstream.topology.lookahead.PolledEvent.Rejected;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Encodes the events of one task, a window at a time. */
public final class WindowedEncoder implements AutoCloseable {
  private final PolledEvents polled;
  private final WindowLimits limits;
  private final AdaptiveLimit adaptiveLimit;
  private final TopicPartition partition;
  private final EventEncoder encoder;
  private final LookAheadMetrics metrics;

  /** The later event whose schema was not in memory when the last window was built, if any. */
  private @Nullable PolledEvent awaitingSchema;

  WindowedEncoder(
      PolledEvents polled,
      AdaptiveLimit adaptiveLimit,
      TopicPartition partition,
      EventEncoder encoder,
      LookAheadMetrics metrics) {
    this.polled = polled;
    limits = adaptiveLimit.configured();
    this.adaptiveLimit = adaptiveLimit;
    this.partition = partition;
    this.encoder = encoder;
    this.metrics = metrics;
  }

  /**
   * Returns the embeddings of the event that is being processed.
   *
   * @param offset the event's offset
   * @param value its raw value, the same array that was polled
   * @throws RejectedEventException if the event can never be encoded
   * @throws EngineException if the device fails for this event alone
   * @throws RuntimeException if the registry fails; the event is not the cause
   */
  public EncodedEvent encode(long offset, byte @Nullable [] value) {
    // Looked up each time: while a partition moves between threads, its events may be dropped.
    PartitionEvents events = polled.of(partition);
    PolledEvent event = limits.enabled() ? events.take(offset, value) : null;
    if (event == null) {
      return encodeAlone(encoder.prepare(value, System.nanoTime()));
    }
    metrics.hit();
    if (event.state() instanceof Encoded encoded) {
      return encoded.event();
    }
    if (event.state() instanceof Rejected rejected) {
      throw rejected.reason();
    }
    PreparedEvent ready = event.state() instanceof Prepared prepared
        ? prepared.event()
        : encoder.prepare(value, event.polledNanos());
    Window window = new Window(limits, encoder, event, ready);
    awaitingSchema = window.extend(events.next(adaptiveLimit.events() - 1));
    return encode(window);
  }

  /**
   * Encodes a window, and halves it while the device fails, down to the first event alone.
   *
   * <p>Only the engine's exceptions mean that the device failed. An {@link OutOfMemoryError} fails
   * the stream thread: an exhausted heap leaves the application in an unknown state, and the direct
   * buffers of the encoder have a fixed size, which a smaller window does not change.
   */
  private EncodedEvent encode(Window window) {
    while (true) {
      try {
        return metrics.call(window.size(), window::encode);
      } catch (EngineException e) {
        if (window.size() == 1) {
          throw e;
        }
        window.halve();
        adaptiveLimit.lower(window.size(), e);
        metrics.halved();
      }
    }
  }

  /**
   * Returns whether the schema of a later event is still being looked up; that event may have to
   * wait.
   */
  public boolean awaitsRegistry() {
    return awaitingSchema != null && encoder.isLookedUp(awaitingSchema.value());
  }

  /**
   * Skips the event that is being processed, which is rejected for something other than its value.
   *
   * @param offset the event's offset
   * @param value its raw value, the same array that was polled
   */
  public void skip(long offset, byte @Nullable [] value) {
    if (limits.enabled()) {
      polled.of(partition).take(offset, value);
    }
  }

  private EncodedEvent encodeAlone(PreparedEvent event) {
    if (limits.enabled()) {
      metrics.missed();
    }
    return metrics.call(1, () -> encoder.encode(List.of(event)).get(0));
  }

  /** Drops the noted events of the task's partition. */
  @Override
  public void close() {
    polled.drop(partition);
    metrics.close();
  }
}
