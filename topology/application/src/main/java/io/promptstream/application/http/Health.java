package io.promptstream.application.http;

import io.promptstream.application.http.StreamSnapshot.StreamThread;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams.State;

/**
 * Decides from snapshots of a stream whether a supervisor should restart it, and whether it encodes
 * events.
 *
 * <p>A stream thread is stuck if, for the timeout, it neither begins an event nor polls, or if it
 * begins none although events wait and the brokers answer: during an outage a restart does not
 * help. An idle thread polls, so it is never stuck.
 */
final class Health {
  static final String STARTING =
      "The application is starting: it loads models, or waits for brokers and registry.";

  private static final Set<State> FAILED =
      Set.of(State.PENDING_ERROR, State.ERROR, State.NOT_RUNNING);

  private final Duration stuckTimeout;
  private final LongSupplier nanos;
  private final Map<String, Progress> threads = new HashMap<>();

  /**
   * The answer to a probe.
   *
   * @param ok whether it is positive
   * @param reason one sentence
   */
  record Answer(boolean ok, String reason) {}

  /**
   * The progress of a thread.
   *
   * @param begun events that it has begun
   * @param polls its polls
   * @param waiting whether events wait for it
   * @param eventSince since when it could have begun an event and did not
   * @param pollSince since when it neither polled nor began an event
   */
  private record Progress(
      double begun, double polls, boolean waiting, long eventSince, long pollSince) {}

  /**
   * Creates the health of one stream.
   *
   * @param nanos returns the time, as {@link System#nanoTime()} does
   */
  Health(Duration stuckTimeout, LongSupplier nanos) {
    this.stuckTimeout = stuckTimeout;
    this.nanos = nanos;
  }

  /** Returns whether the stream can continue without a restart. */
  synchronized Answer live(StreamSnapshot now) {
    if (now.failure().isPresent()) {
      return new Answer(false, "The stream has failed: " + now.failure().get());
    }
    if (FAILED.contains(now.state())) {
      return new Answer(false, "The stream is in state %s.".formatted(now.state()));
    }
    for (StreamThread thread : now.threads()) {
      if (thread.dead()) {
        return new Answer(false, "Stream thread %s is dead.".formatted(thread.name()));
      }
      Duration still = standstill(thread);
      if (still.compareTo(stuckTimeout) >= 0) {
        return new Answer(
            false,
            "Stream thread %s is stuck: it has begun no event for %d s, and %.0f wait for it."
                .formatted(thread.name(), still.toSeconds(), thread.lag()));
      }
    }
    return new Answer(true, "The stream is in state %s.".formatted(now.state()));
  }

  /** Returns how long a thread has been standing still; the first probe of it starts the time. */
  private Duration standstill(StreamThread thread) {
    long now = nanos.getAsLong();
    boolean brokersAnswer =
        thread.sinceHeartbeat() >= 0 && thread.sinceHeartbeat() < stuckTimeout.toMillis() / 1e3;
    boolean waiting = thread.lag() > 0 && brokersAnswer;
    Progress before = threads.getOrDefault(thread.name(), new Progress(-1, -1, false, now, now));
    boolean begins = before.begun() != thread.begun();
    boolean polls = begins || before.polls() != thread.polls();
    Progress progress = new Progress(
        thread.begun(),
        thread.polls(),
        waiting,
        begins || !waiting || !before.waiting() ? now : before.eventSince(),
        polls ? now : before.pollSince());
    threads.put(thread.name(), progress);
    return Duration.ofNanos(now - Math.min(progress.eventSince(), progress.pollSince()));
  }

  /**
   * Returns whether the stream encodes events.
   *
   * @param spareThreads returns how many more stream threads than partitions the group has, or
   *     empty if this is not known; called only if this stream has no partition
   */
  static Answer ready(StreamSnapshot now, Supplier<OptionalInt> spareThreads) {
    if (now.failure().isPresent() || now.state() != State.RUNNING) {
      return new Answer(false, "The stream is in state %s.".formatted(now.state()));
    }
    int partitions = now.threads().stream().mapToInt(StreamThread::partitions).sum();
    int spare = partitions > 0 ? 0 : spareThreads.get().orElse(0);
    return new Answer(
        partitions > 0 || spare > 0,
        "The stream has %d partitions%s."
            .formatted(
                partitions,
                spare > 0
                    ? "; the group has %d more stream threads than partitions".formatted(spare)
                    : ""));
  }
}
